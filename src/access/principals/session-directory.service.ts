import { Injectable } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { Database } from '../../database/database.service.js';
import { PolicyEpochs } from '../../database/policy-epochs.js';
import { AccountCache, type Loaded } from './account-cache.js';

/** A sign-in session as the authenticator needs it. */
export interface SessionRecord {
  /** Unique id of the user, or the account id for the root user. */
  readonly principalId: string;
  readonly expiresAt: Date;
  readonly isRevoked: boolean;
  readonly mfaAuthenticatedAt: Date | undefined;
}

/** Sign-in sessions, remembered until their account's policy epoch moves: signing out moves it. */
@Injectable()
export class SessionDirectory {
  private readonly cache: AccountCache<SessionRecord>;

  constructor(
    private readonly database: Database,
    settings: Settings,
    epochs: PolicyEpochs,
  ) {
    this.cache = new AccountCache(epochs, (accountId, id) => this.load(accountId, id), {
      maximum: settings.principalCacheSize,
      staleSeconds: settings.staleSeconds,
    });
  }

  /** @returns undefined when there is no such session, or it is over */
  async find(accountId: string, sessionId: string, now: Date): Promise<SessionRecord | undefined> {
    const session = await this.cache.get(accountId, sessionId);
    return session && !session.isRevoked && now < session.expiresAt ? session : undefined;
  }

  private async load(accountId: string, sessionId: string): Promise<Loaded<SessionRecord>> {
    const { account, session } = await this.database.forAccount(accountId, async (tx) => ({
      account: await tx.account.findUnique({ where: { accountId }, select: { policyEpoch: true } }),
      session: await tx.session.findUnique({ where: { accountId_sessionId: { accountId, sessionId } } }),
    }));
    if (!account || !session) return { epoch: 0n, value: undefined };
    return {
      epoch: account.policyEpoch,
      value: {
        principalId: session.principalId,
        expiresAt: session.expiresAt,
        isRevoked: session.revokedAt !== null,
        mfaAuthenticatedAt: session.mfaAuthenticatedAt ?? undefined,
      },
    };
  }
}
