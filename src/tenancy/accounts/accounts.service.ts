import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { AuditTrail } from '../../audit/trail/audit-trail.js';
import { Clock } from '../../kernel/clock/clock.js';
import { gatehouseArn } from '../../kernel/arn.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { likePrefix } from '../../kernel/paging/like-prefix.js';
import { page, pageRequest } from '../../kernel/paging/paging.js';
import { Settings } from '../../kernel/config/settings.js';
import { Database, type Transaction } from '../../kernel/database/database.service.js';
import { isUniqueViolation } from '../../kernel/database/database-errors.js';
import type { Account, AccountStatus, Prisma } from '../../generated/prisma/client.js';
import { endSessions } from '../../iam/resources/end-sessions.js';
import { Notifications, type Occasion } from '../../kernel/mail/notifications.service.js';
import { NewPasswords } from '../../iam/password-policy/new-passwords.service.js';
import type { listAccountsInput } from './accounts.schema.js';
import { purgeDateOf } from './grace-period.js';

export const EMAIL_TAKEN = 'An account with this email address already exists.';

export interface NewAccount {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly isManagement?: boolean;
  /** The owner has to confirm the email address first, so it is not claimed yet. */
  readonly isPending?: boolean;
}

/** Tenants. */
@Injectable()
export class AccountsService {
  private knownManagementAccountId: string | undefined;

  constructor(
    private readonly database: Database,
    private readonly auditTrail: AuditTrail,
    private readonly newPasswords: NewPasswords,
    private readonly notifications: Notifications,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /**
   * @param tx in the scope of the new account; in the platform's for the management account
   * @throws ApiError EntityAlreadyExists, PasswordPolicyViolation
   */
  async create(
    tx: Transaction,
    accountId: string,
    { name, email, password, isManagement = false, isPending = false }: NewAccount,
  ) {
    const rootPasswordHash = await this.newPasswords.forRoot({ name, rootEmail: email }, password);
    try {
      const created = await tx.account.create({
        data: {
          accountId,
          name,
          rootEmail: email,
          rootEmailKey: isPending ? accountId : email.toLowerCase(),
          status: isPending ? 'pending' : 'active',
          rootPasswordHash,
          rootPasswordSetAt: this.clock.now(),
          isManagement,
        },
      });
      await this.auditTrail.begin(tx, accountId);
      return this.describe(created);
    } catch (error) {
      // Rows of other accounts are not visible here, so the constraint detects it.
      if (isUniqueViolation(error, 'accounts_root_email_key_key')) {
        throw new ApiError('EntityAlreadyExists', EMAIL_TAKEN);
      }
      if (isUniqueViolation(error)) {
        throw new ApiError('EntityAlreadyExists', `The account ${accountId} already exists.`);
      }
      throw error;
    }
  }

  async get(tx: Transaction, accountId: string) {
    return this.describe(await tx.account.findUniqueOrThrow({ where: { accountId } }));
  }

  /**
   * All accounts of the platform, by account ID. Purged accounts only if requested by status.
   *
   * @param tx of the management account
   */
  async list(tx: Transaction, input: z.output<typeof listAccountsInput>) {
    const { search, status } = input;
    const request = pageRequest(input);
    const rows = await this.database.inPlatform(tx, () =>
      tx.account.findMany({
        where: {
          status: status ?? { not: 'purged' },
          ...(request.after ? { accountId: { gt: request.after[0]! } } : {}),
          ...(search === undefined ? {} : matching(search)),
        },
        orderBy: { accountId: 'asc' },
        take: request.take,
      }),
    );
    const { items, ...rest } = page(rows, request, ({ accountId }) => [accountId]);
    return { accounts: items.map((account) => this.describe(account)), ...rest };
  }

  /** @throws ApiError InvalidAccountState */
  async rename(tx: Transaction, { accountId, status }: Account, name: string) {
    requireNotPurged(status);
    return this.describe(await tx.account.update({ where: { accountId }, data: { name } }));
  }

  /**
   * Changes the email address of the root user, ends its sessions and notifies the old address. Recovery tokens that
   * were sent to the old address become invalid, because others may read its mail. The operation must raise the policy
   * epoch, which notifies the replicas that the sessions ended. A pending account becomes active: the caller knows that
   * the address belongs to its owner.
   *
   * @throws ApiError EntityAlreadyExists, InvalidAccountState
   */
  async changeRootEmail(tx: Transaction, { accountId, status }: Account, email: string, occasion: Occasion) {
    requireNotPurged(status);
    const isPending = status === 'pending';
    const address = { rootEmail: email, rootEmailKey: email.toLowerCase() };
    const data = { ...address, ...(isPending ? { status: 'active' as const } : {}) };
    await tx.passwordRecovery.deleteMany({ where: { accountId } });
    await tx.emailConfirmation.deleteMany({ where: { accountId } });
    await endSessions(tx, accountId, accountId, occasion.receivedAt);
    const notice = { kind: 'emailChanged', newEmail: email } as const;
    if (!isPending) await this.notifications.notifyRoot(tx, accountId, notice, occasion);
    const update = () => tx.account.update({ where: { accountId }, data });
    try {
      // In the database, only the platform's scope can change an account's state.
      return this.describe(await (isPending ? this.database.inPlatform(tx, update) : update()));
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new ApiError('EntityAlreadyExists', EMAIL_TAKEN);
    }
  }

  /** The account with this ID or alias; undefined if there is none. */
  findByIdOrAlias(idOrAlias: string): Promise<Account | undefined> {
    return this.findUnique(/^\d{12}$/.test(idOrAlias) ? { accountId: idOrAlias } : { alias: idOrAlias });
  }

  /** The account whose root user has this email address, which is not case-sensitive. */
  findByRootEmail(email: string): Promise<Account | undefined> {
    return this.findUnique({ rootEmailKey: email.toLowerCase() });
  }

  /** Read once: a platform never changes its management account. @throws Error if there is none yet */
  async managementAccountId(): Promise<string> {
    this.knownManagementAccountId ??= (await this.findManagementAccount())?.accountId;
    if (this.knownManagementAccountId === undefined) throw new Error('There is no management account yet');
    return this.knownManagementAccountId;
  }

  findManagementAccount(): Promise<Account | undefined> {
    return this.database.lookUpPlatform(async (tx) => {
      return (await tx.account.findFirst({ where: { isManagement: true } })) ?? undefined;
    });
  }

  private findUnique(where: { accountId: string } | { alias: string } | { rootEmailKey: string }) {
    return this.database.forPlatform(async (tx) => (await tx.account.findUnique({ where })) ?? undefined);
  }

  describe(account: Account) {
    return {
      accountId: account.accountId,
      name: account.name,
      email: account.rootEmail,
      ...(account.alias === null ? {} : { alias: account.alias }),
      status: account.status,
      isManagement: account.isManagement,
      createDate: account.createdAt,
      ...(account.status === 'closed' ? { purgeDate: purgeDateOf(account, this.settings) } : {}),
      arn: gatehouseArn(this.settings.partition, account.accountId, 'account'),
    };
  }
}

/** Prisma's `contains` does not escape LIKE's wildcards, like its `startsWith`. */
function matching(search: string): Prisma.AccountWhereInput {
  const contains = { contains: likePrefix(search), mode: 'insensitive' as const };
  return { OR: [{ accountId: search }, { name: contains }, { alias: contains }, { rootEmail: contains }] };
}

function requireNotPurged(status: AccountStatus): void {
  if (status === 'purged') throw new ApiError('InvalidAccountState', 'The account is purged and cannot be changed.');
}
