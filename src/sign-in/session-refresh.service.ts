import { Injectable } from '@nestjs/common';
import type { RequestFacts } from '../access/operations/operation.js';
import { ApiError } from '../common/errors.js';
import { Database } from '../database/database.service.js';
import { parseRowToken } from '../secrets/row-token.js';
import { type IssuedTokens, SessionsService } from '../sessions/sessions.service.js';
import { Throttle, throttled } from '../throttling/throttle.service.js';

/** Refreshing a session, throttled like every way in. */
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
    const principal = parseRowToken(refreshToken)?.rowId ?? 'none';
    const attempt = { purpose: 'refresh', principal, address: request.sourceIp, isKnownAddress: false } as const;
    const wait = await this.database.forPlatform((tx) => this.throttle.waitOf(tx, attempt, now));
    if (wait > 0) throw throttled(wait);
    const issued = await this.sessions.refresh(refreshToken, request);
    if (issued) return issued;
    await this.database.forPlatform((tx) => this.throttle.settle(tx, attempt, false, now));
    throw new ApiError('SignInFailed', 'The session is over. Sign in again.');
  }
}
