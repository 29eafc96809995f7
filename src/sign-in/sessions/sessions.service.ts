import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/trail/audit-trail.js';
import { csrfTokenOf } from '../../access/authentication/session-cookie.js';
import type { RequestFacts } from '../../access/actions/request-facts.js';
import { PrincipalDirectory } from '../../access/principals/principal-directory.service.js';
import { AccessTokens } from '../../access/tokens/access-tokens.service.js';
import { lockSession } from '../../kernel/database/row-locks.js';
import { Clock } from '../../kernel/clock/clock.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { gatehouseArn } from '../../kernel/arn.js';
import { quotas } from '../../kernel/quotas.js';
import { Settings } from '../../kernel/config/settings.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import { PolicyEpochs } from '../../kernel/database/policy-epochs.js';
import type { Session } from '../../generated/prisma/client.js';
import { revocationsOf } from '../../iam/resources/end-sessions.js';
import { hashRowToken, isHashOf, newRowToken, type RowToken } from '../../kernel/secrets/row-token.js';
import { RefreshTokens } from './refresh-tokens.service.js';

/** What a program gets to act with. */
export interface IssuedTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Seconds. */
  readonly expiresIn: number;
}

/** What a browser gets: the cookie is for it alone, the CSRF token for the page. */
export interface IssuedCookie {
  readonly cookie: string;
  readonly csrfToken: string;
}

export type IssuedSession = IssuedTokens | IssuedCookie;

/** How a session begins. */
export interface NewSession {
  readonly usesCookie: boolean;
  readonly mfaAuthenticatedAt?: Date | undefined;
}

/** A session whose refresh token was exchanged. */
export interface RefreshedSession {
  readonly accountId: string;
  readonly principalId: string;
  readonly sessionId: string;
  /** The next one. */
  readonly refreshToken: string;
}

/** Past sessions tell from where a principal signed in; older ones are of no use. */
const KEPT_MILLISECONDS = 90 * 86_400_000;

/** Sign-in sessions: a short-lived access token with a refresh token that changes with every use, or a cookie. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly accessTokens: AccessTokens,
    private readonly refreshTokens: RefreshTokens,
    private readonly epochs: PolicyEpochs,
    private readonly principals: PrincipalDirectory,
    private readonly auditTrail: AuditTrail,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /**
   * Always a new session with a token of its own, whatever the request brought along: nobody can plant one.
   *
   * @param principalId the user's unique id, or the account id for the root user
   */
  async start(
    tx: Transaction,
    accountId: string,
    principalId: string,
    { usesCookie, mfaAuthenticatedAt }: NewSession,
    { receivedAt, sourceIp, userAgent }: RequestFacts,
  ): Promise<IssuedSession> {
    const token = usesCookie ? newRowToken(accountId) : this.refreshTokens.issue(accountId);
    // Read here: a step of this very sign-in, such as a new password, may have ended the sessions before.
    const revocations = await revocationsOf(tx, accountId, principalId);
    const old = new Date(receivedAt.getTime() - KEPT_MILLISECONDS);
    await tx.session.deleteMany({ where: { accountId, principalId, expiresAt: { lt: old } } });
    await tx.session.create({
      data: {
        accountId,
        sessionId: token.rowId,
        principalId,
        refreshTokenHash: hashRowToken(token),
        usesCookie,
        mfaAuthenticatedAt: mfaAuthenticatedAt ?? null,
        provedAt: receivedAt,
        revocations,
        createdAt: receivedAt,
        refreshedAt: receivedAt,
        expiresAt: new Date(receivedAt.getTime() + this.settings.sessionSeconds * 1000),
        sourceIp,
        userAgent,
      },
    });
    await this.endOldest(tx, accountId, principalId, receivedAt);
    if (usesCookie) return { cookie: token.text, csrfToken: csrfTokenOf(token.text) };
    const issued = await this.accessTokens.issue({ accountId, principalId, sessionId: token.rowId });
    return { ...issued, refreshToken: token.text };
  }

  /**
   * Ends the oldest sessions beyond the quota. Other replicas do not hear of it at once, so that frequent sign-ins do not
   * cost the account its caches: such a session ends at its next refresh; by cookie, within a minute.
   */
  private async endOldest(tx: Transaction, accountId: string, principalId: string, now: Date): Promise<void> {
    const beyond = await tx.session.findMany({
      where: this.live(accountId, principalId, now),
      orderBy: [{ createdAt: 'desc' }, { sessionId: 'desc' }],
      skip: quotas.sessionsPerPrincipal,
      select: { sessionId: true },
    });
    if (beyond.length === 0) return;
    const sessionId = { in: beyond.map((session) => session.sessionId) };
    await tx.session.updateMany({ where: { accountId, sessionId }, data: { revokedAt: now } });
  }

  private live(accountId: string, principalId: string, now: Date) {
    const idleSince = new Date(now.getTime() - this.settings.sessionIdleSeconds * 1000);
    return { accountId, principalId, revokedAt: null, expiresAt: { gt: now }, refreshedAt: { gt: idleSince } };
  }

  /**
   * Exchanges a refresh token, which is then worth nothing. One that is used again was stolen, by whoever came first or
   * second, so the session ends (RFC 9700 §4.14.2). One that was never issued ends nothing: session ids are no secrets.
   *
   * @param tx in the scope of the token's account
   * @returns undefined when the token is of no session, or of one that is over
   */
  async refresh(tx: Transaction, presented: RowToken, request: RequestFacts): Promise<RefreshedSession | undefined> {
    const now = request.receivedAt;
    const { accountId, rowId: sessionId } = presented;
    const idleSince = new Date(now.getTime() - this.settings.sessionIdleSeconds * 1000);
    await lockSession(tx, accountId, sessionId);
    const where = { accountId_sessionId: { accountId, sessionId } };
    const found = await tx.session.findUnique({ where, include: { account: { select: { status: true } } } });
    if (!found || found.usesCookie || found.revokedAt || found.account.status !== 'active') return undefined;
    if (found.expiresAt <= now || found.refreshedAt <= idleSince) return undefined;
    if (!isHashOf(found.refreshTokenHash, presented)) {
      if (!this.refreshTokens.wasIssued(presented)) return undefined;
      await this.end(tx, accountId, sessionId);
      await this.recordReuse(tx, found, request);
      return undefined;
    }
    const next = this.refreshTokens.issue(accountId, sessionId);
    await tx.session.update({ where, data: { refreshTokenHash: hashRowToken(next), refreshedAt: now } });
    return { accountId, principalId: found.principalId, sessionId, refreshToken: next.text };
  }

  async issueTokens({ refreshToken, ...session }: RefreshedSession): Promise<IssuedTokens> {
    return { ...(await this.accessTokens.issue(session)), refreshToken };
  }

  private async recordReuse(tx: Transaction, { accountId, principalId, sessionId }: Session, request: RequestFacts) {
    const principal = await this.principals.find(accountId, principalId);
    const entry = {
      operation: 'gatehouse:RefreshSession',
      callerArn: principal?.arn ?? 'unknown',
      callerId: principalId,
      resourceArn: gatehouseArn(this.settings.partition, accountId, `session/${sessionId}`),
      input: {},
      outcome: 'failed' as const,
      reason: 'A refresh token was used again; the session was ended',
    };
    this.auditTrail.record(tx, accountId, entry, request);
  }

  /** Those that go on, newest first. */
  list(tx: Transaction, accountId: string, principalId: string, now: Date) {
    return tx.session.findMany({
      where: this.live(accountId, principalId, now),
      orderBy: { createdAt: 'desc' },
      take: 1000,
    });
  }

  /**
   * The owner has proved the password again, and MFA where that is given. Every replica knows with the new epoch.
   *
   * @throws ApiError InvalidClientTokenId when the session is over
   */
  async prove(
    tx: Transaction,
    { accountId, sessionId }: Pick<Session, 'accountId' | 'sessionId'>,
    proved: { readonly provedAt: Date; readonly mfaAuthenticatedAt?: Date },
  ): Promise<void> {
    const { count } = await tx.session.updateMany({ where: { accountId, sessionId, revokedAt: null }, data: proved });
    if (count === 0) throw new ApiError('InvalidClientTokenId', 'The session has ended. Sign in again.');
    await this.epochs.advance(tx, accountId);
  }

  /** Its tokens are refused from now on, on every replica. */
  async end(tx: Transaction, accountId: string, sessionId: string): Promise<void> {
    await tx.session.updateMany({
      where: { accountId, sessionId, revokedAt: null },
      data: { revokedAt: this.clock.now() },
    });
    await this.epochs.advance(tx, accountId);
  }
}
