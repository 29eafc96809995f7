import { Injectable } from '@nestjs/common';
import type { RequestFacts } from '../access/actions/request-facts.js';
import { ApiError } from '../kernel/errors/errors.js';
import { Database } from '../kernel/database/database.service.js';
import { type IssuedTokens, SessionsService } from './sessions/sessions.service.js';
import { tokenRule } from '../kernel/throttling/throttle-rules.js';
import { Throttle, throttled } from '../kernel/throttling/throttle.service.js';

/** Refreshing a session; whoever sends wrong tokens is made to wait. */
@Injectable()
export class SessionRefresh {
  constructor(
    private readonly sessions: SessionsService,
    private readonly throttle: Throttle,
    private readonly database: Database,
  ) {}

  /** @throws ApiError SignInFailed, Throttling */
  async refresh(refreshToken: string, request: RequestFacts): Promise<IssuedTokens> {
    const now = request.receivedAt;
    // First the token: a right one cannot be a guess, and must not wait for what others behind the same address do.
    const issued = await this.sessions.refresh(refreshToken, request);
    if (issued) return issued;
    const from = { address: request.sourceIp, isKnownAddress: false, rule: tokenRule };
    const attempt = { purpose: 'refresh', ...from } as const;
    const wait = await this.database.forPlatform((tx) => this.throttle.settle(tx, attempt, false, now));
    if (wait > 0) throw throttled(wait);
    throw new ApiError('SignInFailed', 'The session has ended. Sign in again.');
  }
}
