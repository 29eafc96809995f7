import { Injectable } from '@nestjs/common';
import type { RequestFacts } from '../../access/actions/request-facts.js';
import { ApiError, type ErrorCode } from '../../kernel/errors/errors.js';
import { Database } from '../../kernel/database/database.service.js';
import { federationRule } from '../../kernel/throttling/throttle-rules.js';
import { Throttle, throttled } from '../../kernel/throttling/throttle.service.js';

/** What a caller without a token of the provider gets. */
const FAILURES: ReadonlySet<ErrorCode> = new Set([
  'InvalidIdentityToken',
  'ExpiredTokenException',
  'IDPCommunicationError',
  'ServiceUnavailable',
]);

/**
 * Anybody may send a token to be verified, which takes time: after many failures in a row an address has to wait, for the
 * account that it sends them to.
 */
@Injectable()
export class FederationThrottle {
  constructor(
    private readonly throttle: Throttle,
    private readonly database: Database,
  ) {}

  /** @throws ApiError Throttling before the work is done; whatever the work throws */
  async run<Result>(
    accountId: string,
    { sourceIp: address, receivedAt }: RequestFacts,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const attempt = {
      ...({ purpose: 'federation', address, realm: accountId, isKnownAddress: false } as const),
      rule: federationRule,
    };
    const wait = await this.database.forPlatform((tx) => this.throttle.waitOf(tx, attempt, receivedAt));
    if (wait > 0) throw throttled(wait, 'Too many invalid identity tokens were sent from this address.');
    try {
      return await work();
    } catch (error) {
      if (error instanceof ApiError && FAILURES.has(error.code)) {
        await this.database.forPlatform((tx) => this.throttle.settle(tx, attempt, false, receivedAt));
      }
      throw error;
    }
  }
}
