import { Injectable } from '@nestjs/common';
import { AccountsService } from '../tenancy/accounts/accounts.service.js';
import { lockAccount, lockLoginProfile } from '../kernel/database/row-locks.js';
import { iamArn, rootArn } from '../kernel/arn.js';
import { Settings } from '../kernel/config/settings.js';
import { Database, type Transaction } from '../kernel/database/database.service.js';
import type { Account, Identity } from '../generated/prisma/client.js';

/** The principal that credentials name: the root user by email, or a user by account (ID or alias) and name. */
export interface NamedPrincipal {
  readonly email?: string | undefined;
  readonly account?: string | undefined;
  readonly userName?: string | undefined;
}

/** A principal that can sign in, with the facts that determine its steps. */
export interface SignInPrincipal {
  readonly account: Account;
  /** Absent for the root user. */
  readonly user?: Identity;
  /** The user's unique ID, or the account ID for the root user. */
  readonly principalId: string;
  readonly arn: string;
  /** Absent: it has no password. */
  readonly passwordHash?: string;
  readonly passwordSetAt: Date;
  readonly passwordResetRequired: boolean;
}

/** How long an address from which a principal signed in counts as known. */
const KNOWN_ADDRESS_MILLISECONDS = 90 * 86_400_000;

/** No principal has this ID or name: it is looked up for unknown principals, so that they cost the same. */
const NOBODY = '-';

/** Finds the principal that signs in, with the same look-ups whether it exists or not. */
@Injectable()
export class SignInPrincipals {
  constructor(
    private readonly accounts: AccountsService,
    private readonly database: Database,
    private readonly settings: Settings,
  ) {}

  /**
   * @param tx in the scope of the platform
   * @returns `accountId` is the account whose audit log records the attempt: the management account if the named one
   *   does not exist; `namedAccountId` is the named account, if it exists
   */
  async find(tx: Transaction, named: NamedPrincipal, address: string, now: Date) {
    const account = await this.findAccount(tx, named);
    const accountId = account?.accountId ?? (await this.accounts.managementAccountId());
    return this.database.inAccount(tx, accountId, async () => {
      const nameKey = account && named.userName !== undefined ? named.userName.toLowerCase() : NOBODY;
      const user = await tx.identity.findUnique({
        where: { accountId_type_nameKey: { accountId, type: 'user', nameKey } },
      });
      // Not included above, because a relation is queried only if a row exists.
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
   * The current principal, locked until the transaction ends: if its password changes at the same time, the change is
   * either visible here, or ends the session that is started here.
   *
   * @param tx in the scope of the account
   * @returns undefined if it was deleted or its account is not active
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
   * The owner that a passkey claims, locked like by `lock`.
   *
   * @param tx in the scope of the platform
   * @returns `accountId` like `find`
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
   * @returns the account whose audit log records an attempt that names this one: the management account if it does not
   *   exist
   */
  async accountToNote(tx: Transaction, accountId: string | undefined): Promise<string> {
    const account = accountId && (await tx.account.findUnique({ where: { accountId }, select: { accountId: true } }));
    return account ? account.accountId : this.accounts.managementAccountId();
  }

  /**
   * Whether the principal has signed in from the address, or used a mailed recovery link there. The look-ups are the
   * same for everyone.
   */
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
