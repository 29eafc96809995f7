import { Injectable } from '@nestjs/common';
import { andThen, type MaybePromise } from '../../kernel/maybe-promise.js';
import { Prisma } from '../../generated/prisma/client.js';
import { isHashOf, type RowToken } from '../../kernel/secrets/row-token.js';
import { Settings } from '../../kernel/config/settings.js';
import { Database } from '../../kernel/database/database.service.js';
import type { RowReader } from '../../kernel/database/row-reader.js';
import type { AccountCache, Loaded } from './account-cache.js';
import { AccountCaches } from './account-caches.service.js';

/** Uses of a session within this time are recorded once. */
const NOTED_MILLISECONDS = 60_000;

/** A sign-in session, for authentication. */
export interface SessionRecord {
  /** The unique ID of the user, or the account ID for the root user. */
  readonly principalId: string;
  readonly expiresAt: Date;
  readonly isRevoked: boolean;
  readonly createdAt: Date;
  /** The hash of the cookie; absent for sessions with a refresh token. */
  readonly cookieHash: Uint8Array | undefined;
  /** For a session with a cookie: when it was last used, as far as this process knows, to the minute. */
  lastUsedAt: Date;
  readonly mfaAuthenticatedAt: Date | undefined;
  /** When the password or a passkey was last proved; 1970 if unknown. */
  readonly provedAt: Date;
  /** The principal's revocation count when the session began. */
  readonly revocations: number;
}

/** Sign-in sessions, cached until the policy epoch of their account changes. Signing out raises it. */
@Injectable()
export class SessionDirectory {
  private readonly cache: AccountCache<SessionRecord>;

  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
    caches: AccountCaches,
  ) {
    this.cache = caches.create('sessions');
  }

  /** @returns undefined if there is no such session, or it has ended */
  find(accountId: string, sessionId: string, now: Date): MaybePromise<SessionRecord | undefined> {
    return andThen(
      this.cache.get(accountId, sessionId, (rows) => this.load(rows, accountId, sessionId)),
      (session) => (session && !session.isRevoked && now < session.expiresAt ? session : undefined),
    );
  }

  /** @returns undefined if the cookie belongs to no session, or to one that has ended or was idle for too long */
  async findByCookie(token: RowToken, now: Date): Promise<SessionRecord | undefined> {
    const session = await this.find(token.accountId, token.rowId, now);
    if (!session?.cookieHash || !isHashOf(session.cookieHash, token)) return undefined;
    if (now.getTime() - session.lastUsedAt.getTime() < NOTED_MILLISECONDS) return session;
    if (!(await this.noteUse(token, now))) return undefined;
    session.lastUsedAt = now;
    return session;
  }

  /** The database decides: another replica may have recorded a later use. */
  private async noteUse({ accountId, rowId: sessionId }: RowToken, now: Date): Promise<boolean> {
    const since = new Date(now.getTime() - this.settings.sessionIdleSeconds * 1000);
    const { count } = await this.database.forAccount(accountId, (tx) =>
      tx.session.updateMany({
        where: { accountId, sessionId, revokedAt: null, refreshedAt: { gt: since } },
        data: { refreshedAt: now },
      }),
    );
    return count > 0;
  }

  private async load(rows: RowReader, accountId: string, sessionId: string): Promise<Loaded<SessionRecord>> {
    const [row] = await rows.lookUpRows<SessionRow>(
      accountId,
      Prisma.sql`
        SELECT account.policy_epoch AS epoch, session.principal_id AS "principalId", session.expires_at AS "expiresAt",
          session.revoked_at AS "revokedAt", session.created_at AS "createdAt", session.uses_cookie AS "usesCookie",
          session.refresh_token_hash AS "refreshTokenHash", session.refreshed_at AS "refreshedAt",
          session.mfa_authenticated_at AS "mfaAuthenticatedAt", session.proved_at AS "provedAt", session.revocations
        FROM accounts AS account JOIN sessions AS session ON session.account_id = account.account_id
        WHERE account.account_id = ${accountId}::bpchar AND session.session_id = ${sessionId}`,
    );
    if (!row) return { epoch: 0n, value: undefined };
    const { principalId, expiresAt, createdAt, revocations } = row;
    return {
      epoch: BigInt(row.epoch),
      value: {
        principalId,
        expiresAt,
        isRevoked: row.revokedAt !== null,
        createdAt,
        cookieHash: row.usesCookie ? row.refreshTokenHash : undefined,
        lastUsedAt: row.refreshedAt,
        mfaAuthenticatedAt: row.mfaAuthenticatedAt ?? undefined,
        provedAt: row.provedAt ?? new Date(0),
        revocations,
      },
    };
  }
}

interface SessionRow {
  readonly epoch: string;
  readonly principalId: string;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
  readonly createdAt: Date;
  readonly usesCookie: boolean;
  readonly refreshTokenHash: Uint8Array;
  readonly refreshedAt: Date;
  readonly mfaAuthenticatedAt: Date | null;
  readonly provedAt: Date | null;
  readonly revocations: number;
}
