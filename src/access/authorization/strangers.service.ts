import { Injectable } from '@nestjs/common';
import { ApiError } from '../../kernel/errors/errors.js';
import { Settings } from '../../kernel/config/settings.js';
import { Database } from '../../kernel/database/database.service.js';
import { requestRule } from '../../kernel/throttling/throttle-rules.js';
import { Throttle, throttled } from '../../kernel/throttling/throttle.service.js';
import type { RequestFacts } from '../actions/request-facts.js';

/** Callers without credentials, and what they may do. */
@Injectable()
export class Strangers {
  constructor(
    private readonly throttle: Throttle,
    private readonly database: Database,
    private readonly settings: Settings,
  ) {}

  /** @throws ApiError MissingAuthenticationToken */
  requireAdmitted(): void {
    if (this.settings.signUp === 'open') return;
    throw new ApiError('MissingAuthenticationToken', 'Request is missing Authentication Token');
  }

  /**
   * Every sign-up counts, whatever its outcome: it creates an account, or reveals that an email address has one.
   *
   * @throws ApiError Throttling if there were too many from one address
   */
  async count({ sourceIp: address, receivedAt }: RequestFacts): Promise<void> {
    const rule = requestRule(this.settings.signUpsPerAddress);
    const attempt = { purpose: 'signUp', address, rule, isKnownAddress: false } as const;
    const wait = await this.database.forPlatform((tx) => this.throttle.settle(tx, attempt, false, receivedAt));
    if (wait > 0) throw throttled(wait, attempt);
  }
}
