import { Injectable } from '@nestjs/common';
import type { RequestFacts } from '../access/actions/request-facts.js';
import { Database } from '../kernel/database/database.service.js';
import type { RowToken } from '../kernel/secrets/row-token.js';
import { tokenRule } from '../kernel/throttling/throttle-rules.js';
import { Throttle, throttled } from '../kernel/throttling/throttle.service.js';
import { SignInPrincipals } from './principals.service.js';
import { type SignInAttempt, SignInAudit } from './sign-in-audit.service.js';
import { NOT_TAKEN, overdue } from './steps.service.js';

/** Challenge tokens of no step that is due. */
@Injectable()
export class RefusedSteps {
  constructor(
    private readonly principals: SignInPrincipals,
    private readonly audit: SignInAudit,
    private readonly throttle: Throttle,
    private readonly database: Database,
  ) {}

  /**
   * Such tokens count against the address alone: they say nothing that is true.
   *
   * @throws ApiError SignInFailed or Throttling, always
   */
  async refuse(
    token: RowToken | undefined,
    operation: SignInAttempt['operation'],
    request: RequestFacts,
  ): Promise<never> {
    const from = { address: request.sourceIp, isKnownAddress: false, rule: tokenRule };
    const attempt = { purpose: 'step', ...from } as const;
    const wait = await this.database.forPlatform(async (tx) => {
      const due = await this.throttle.settle(tx, attempt, false, request.receivedAt);
      if (due > 0) return due;
      const accountId = await this.principals.accountToNote(tx, token?.accountId);
      await this.audit.record(tx, accountId, { operation, principal: undefined, failure: NOT_TAKEN }, request);
      return due;
    });
    throw wait > 0 ? throttled(wait) : overdue();
  }
}
