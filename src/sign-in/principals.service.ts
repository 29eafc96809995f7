import { Injectable } from '@nestjs/common';
import { AccountsService } from '../tenancy/accounts/accounts.service.js';
import { lockAccount, lockLoginProfile } from '../kernel/database/row-locks.js';
import { iamArn, rootArn } from '../kernel/arn.js';
import { Settings } from '../kernel/config/settings.js';
import { Database, type Transaction } from '../kernel/database/database.service.js';
import type { Account, Identity } from '../generated/prisma/client.js';

/** Whom credentials name: the root user by email, or a user by account (id or alias) and name. */
export interface NamedPrincipal {
  readonly email?: string | undefined;
  readonly account?: string | undefined;
  readonly userName?: string | undefined;
}

/** A principal that can sign in, with what decides the steps of it. */
export interface SignInPrincipal {
  readonly account: Account;
  /** Absent for the root user. */
  readonly user?: Identity;
  /** The user's unique id, or the account id for the root user. */
  readonly principalId: string;
  readonly arn: string;
  /** Absent: it has no password. */
  readonly passwordHash?: string;
  readonly passwordSetAt: Date;
  readonly passwordResetRequired: boolean;
}

/** How long an address from which a principal signed in counts as known. */
const KNOWN_ADDRESS_MILLISECONDS = 90 * 86_400_000;

/** No principal has this id or name: looked up for strangers, so that they cost what others cost. */
const NOBODY = '-';

/** Finds who is signing in, with the same look-ups whether there is such a principal or not. */
@Injectable()
export class SignInPrincipals {
  constructor(
    private readonly accounts: AccountsService,
    private readonly database: Database,
    private readonly settings: Settings,
  ) {}

  /**
   * @param tx in the scope of the platform
   * @returns `accountId` is the account whose audit log the attempt belongs in: the operator's, when what was named is
   *   no account; `namedAccountId` is the account that was named, if there is one
   */
  async find(tx: Transaction, named: NamedPrincipal, address: string, now: Date) {
    const account = await this.findAccount(tx, named);
    const accountId = account?.accountId ?? (await this.accounts.managementAccountId());
    return this.database.inAccount(tx, accountId, async () => {
      const nameKey = account && named.userName !== undefined ? named.userName.toLowerCase() : NOBODY;
      const user = await tx.identity.findUnique({
        where: { accountId_type_nameKey: { accountId, type: 'user', nameKey } },
      });
      // Not included above: a relation is asked for only when there is a row that may have one.
      const loginProfile = await tx.loginProfile.findUnique({
        where: { accountId_userId: { accountId, userId: user?.identityId ?? NOBODY } },
      });
      const found = user && { ...user, loginProfile };
      const principal = account && this.toPrincipal(account, named.email === undefined, found);
      const isKnownAddress = await this.isKnownAddress(tx, accountId, principal?.principalId ?? NOBODY, address, now);
      return { accountId, namedAccountId: account?.accountId, principal, isKnownAddress };
    });
  }

  /**
   * The principal as it is now, held as it is until the transaction ends: a password that changes at the same time
   * either is seen here, or its change sees the session that is started here and ends it.
   *
   * @param tx in the scope of the account
   * @returns undefined when it is gone or its account is not active
   */
  async lock(tx: Transaction, accountId: string, principalId: string): Promise<SignInPrincipal | undefined> {
    const isUser = principalId !== accountId;
    await (isUser ? lockLoginProfile(tx, accountId, principalId) : lockAccount(tx, accountId));
    const account = await tx.account.findUnique({ where: { accountId } });
    if (account?.status !== 'active') return undefined;
    const user = isUser
      ? await tx.identity.findUnique({
          where: { accountId_identityId: { accountId, identityId: principalId } },
          include: { loginProfile: true },
        })
      : null;
    return this.toPrincipal(account, isUser, user);
  }

  /**
   * Whom a passkey says it is of, held as by `lock`.
   *
   * @param tx in the scope of the platform
   * @returns `accountId` as of `find`
   */
  async lockClaimed(tx: Transaction, claim: { accountId: string; principalId: string } | undefined) {
    const account = claim && (await tx.account.findUnique({ where: { accountId: claim.accountId } }));
    const accountId = account?.accountId ?? (await this.accounts.managementAccountId());
    const principal = await this.database.inAccount(tx, accountId, () =>
      this.lock(tx, accountId, account && claim ? claim.principalId : NOBODY),
    );
    return { accountId, principal };
  }

  /**
   * @param tx in the scope of the platform
   * @returns the account whose audit log an attempt belongs in that names this one: the operator's, when it is none
   */
  async accountToNote(tx: Transaction, accountId: string | undefined): Promise<string> {
    const account = accountId && (await tx.account.findUnique({ where: { accountId }, select: { accountId: true } }));
    return account ? account.accountId : this.accounts.managementAccountId();
  }

  /** Whether the principal has signed in from there, or used a mailed recovery link. The same look-ups for everyone. */
  async isKnownAddress(tx: Transaction, accountId: string, principalId: string, sourceIp: string, now: Date) {
    const since = { gt: new Date(now.getTime() - KNOWN_ADDRESS_MILLISECONDS) };
    const sessions = await tx.session.count({ where: { accountId, principalId, sourceIp, createdAt: since } });
    const recoveries = await tx.passwordRecovery.count({ where: { accountId, usedFrom: sourceIp, usedAt: since } });
    return sessions > 0 || (recoveries > 0 && principalId === accountId);
  }

  private toPrincipal(
    account: Account,
    isUser: boolean,
    found: (Identity & { loginProfile: LoginProfileFacts | null }) | null,
  ): SignInPrincipal | undefined {
    const { partition } = this.settings;
    const { accountId } = account;
    if (!isUser) {
      return {
        account,
        principalId: accountId,
        arn: rootArn(partition, accountId),
        ...(account.rootPasswordHash === null ? {} : { passwordHash: account.rootPasswordHash }),
        passwordSetAt: account.rootPasswordSetAt ?? account.createdAt,
        passwordResetRequired: false,
      };
    }
    if (!found) return undefined;
    const { loginProfile, ...user } = found;
    return {
      account,
      user,
      principalId: user.identityId,
      arn: iamArn(partition, accountId, 'user', user.path, user.name),
      ...(loginProfile ? { passwordHash: loginProfile.passwordHash } : {}),
      passwordSetAt: loginProfile?.passwordSetAt ?? user.createdAt,
      passwordResetRequired: loginProfile?.passwordResetRequired ?? false,
    };
  }

  private async findAccount(tx: Transaction, { email, account = '' }: NamedPrincipal): Promise<Account | undefined> {
    if (email !== undefined) return find({ rootEmailKey: email.toLowerCase() });
    return /^\d{12}$/.test(account) ? find({ accountId: account }) : find({ alias: account });

    async function find(where: { accountId: string } | { alias: string } | { rootEmailKey: string }) {
      return (await tx.account.findUnique({ where })) ?? undefined;
    }
  }
}

interface LoginProfileFacts {
  readonly passwordHash: string;
  readonly passwordSetAt: Date;
  readonly passwordResetRequired: boolean;
}
