import { randomUUID, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { RequestFacts } from '../access/operations/operation.js';
import { AccessTokens } from '../access/tokens/access-tokens.service.js';
import { ApiError } from '../common/errors.js';
import { Settings } from '../config/settings.js';
import { Database, type Transaction } from '../database/database.service.js';
import { PolicyEpochs } from '../database/policy-epochs.js';
import { hashRefreshToken, newRefreshToken, parseRefreshToken } from './refresh-token.js';

/** What a client gets to act with. */
export interface IssuedSession {
  readonly status: 'signedIn';
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresIn: number;
}

const OVER = 'The session is over. Sign in again.';

/** Sign-in sessions: a short-lived access token, and a refresh token that changes with every use. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly accessTokens: AccessTokens,
    private readonly database: Database,
    private readonly epochs: PolicyEpochs,
    private readonly settings: Settings,
  ) {}

  /** @param principalId the user's unique id, or the account id for the root user */
  async start(
    tx: Transaction,
    accountId: string,
    principalId: string,
    { receivedAt, sourceIp, userAgent }: RequestFacts,
  ): Promise<IssuedSession> {
    const sessionId = randomUUID();
    const refreshToken = newRefreshToken(accountId, sessionId);
    await tx.session.create({
      data: {
        accountId,
        sessionId,
        principalId,
        refreshTokenHash: hashRefreshToken(refreshToken),
        expiresAt: new Date(receivedAt.getTime() + this.settings.sessionSeconds * 1000),
        sourceIp,
        userAgent,
      },
    });
    const issued = await this.accessTokens.issue({ accountId, principalId, sessionId });
    return { status: 'signedIn', ...issued, refreshToken: refreshToken.text };
  }

  /**
   * New tokens for a refresh token, which is then worth nothing. One that is used again was stolen, by whoever came
   * first or second, so the session ends (RFC 9700 §4.14.2).
   *
   * @throws ApiError SignInFailed
   */
  async refresh(text: string, now: Date): Promise<IssuedSession> {
    const presented = parseRefreshToken(text);
    if (!presented) throw new ApiError('SignInFailed', OVER);
    const { accountId, sessionId } = presented;
    const next = newRefreshToken(accountId, sessionId);
    const session = await this.database.forAccount(accountId, async (tx) => {
      await tx.$queryRaw`
        SELECT 1 FROM sessions WHERE account_id = ${accountId}::bpchar AND session_id = ${sessionId} FOR UPDATE`;
      const where = { accountId_sessionId: { accountId, sessionId } };
      const found = await tx.session.findUnique({ where, include: { account: { select: { status: true } } } });
      if (!found || found.revokedAt || found.expiresAt <= now || found.account.status !== 'active') return undefined;
      if (!timingSafeEqual(found.refreshTokenHash, hashRefreshToken(presented))) {
        await this.end(tx, accountId, sessionId);
        return undefined;
      }
      return tx.session.update({ where, data: { refreshTokenHash: hashRefreshToken(next), refreshedAt: now } });
    });
    if (!session) throw new ApiError('SignInFailed', OVER);
    const issued = await this.accessTokens.issue({ accountId, principalId: session.principalId, sessionId });
    return { status: 'signedIn', ...issued, refreshToken: next.text };
  }

  /** Its tokens are refused from now on, on every replica. */
  async end(tx: Transaction, accountId: string, sessionId: string): Promise<void> {
    await tx.session.updateMany({
      where: { accountId, sessionId, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    await this.epochs.advance(tx, accountId);
  }
}
