import { Injectable } from '@nestjs/common';
import { lockAccountAlone } from '../../kernel/database/row-locks.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { Settings } from '../../kernel/config/settings.js';
import { Database, type Transaction } from '../../kernel/database/database.service.js';
import type { Account, Prisma } from '../../generated/prisma/client.js';
import { endAllSessions } from '../../iam/resources/end-sessions.js';
import { purgeDateOf } from './grace-period.js';
import { deleteTenantRows } from './tenant-rows.js';

/**
 * The states of an account: active, suspended, closed (for a grace period), purged.
 *
 * Only principals of active accounts are valid (PrincipalDirectory): the operations raise the policy epoch, which
 * notifies every replica. Suspension and closure end sessions and temporary credentials permanently; access keys and
 * passwords work again after a reactivation. All methods take the account as read under the lock of the transaction.
 */
@Injectable()
export class AccountLifeService {
  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
  ) {}

  /** @throws ApiError UnmodifiableEntity, InvalidAccountState */
  async suspend(tx: Transaction, account: Account, now: Date): Promise<Account> {
    requireTenant(account, 'suspended');
    requireState(account, ['active', 'suspended'], 'suspended');
    await endAllSessions(tx, account.accountId, now);
    return this.update(tx, account.accountId, { status: 'suspended' });
  }

  /**
   * Ends a suspension, or reverts a closure within the grace period.
   *
   * @throws ApiError InvalidAccountState
   */
  async reactivate(tx: Transaction, account: Account, now: Date): Promise<Account> {
    requireState(account, ['active', 'suspended', 'closed'], 'reactivated');
    if (account.status === 'closed' && now >= purgeDateOf(account, this.settings)) {
      throw new ApiError('InvalidAccountState', 'The grace period for reactivating the account has ended.');
    }
    const data = { status: 'active' as const, closedAt: null };
    return this.update(tx, account.accountId, data);
  }

  /** @throws ApiError UnmodifiableEntity, InvalidAccountState */
  async close(tx: Transaction, account: Account, now: Date): Promise<Account> {
    requireTenant(account, 'closed');
    requireState(account, ['active', 'suspended', 'closed'], 'closed');
    await endAllSessions(tx, account.accountId, now);
    // Repeating the closure does not extend the grace period.
    const data = { status: 'closed' as const, closedAt: account.closedAt ?? now };
    return this.update(tx, account.accountId, data);
  }

  /**
   * Deletes everything except the audit log of a closed account after its grace period, or of one that was never
   * confirmed. Its own row keeps no personal data. The root email address and the alias become available again, the
   * account ID never does.
   *
   * @throws ApiError InvalidAccountState
   */
  async purge(tx: Transaction, account: Account, now: Date): Promise<Account> {
    requireState(account, ['closed', 'pending'], 'purged');
    if (account.status === 'closed' && now < purgeDateOf(account, this.settings)) {
      const until = purgeDateOf(account, this.settings).toISOString();
      throw new ApiError(
        'InvalidAccountState',
        `The account can be reactivated until ${until} and cannot be purged before then.`,
      );
    }
    const { accountId } = account;
    await lockAccountAlone(tx, accountId);
    await deleteTenantRows(tx, accountId);
    return this.update(tx, accountId, { status: 'purged', ...tombstone(accountId) });
  }

  /** In the database, only the platform's scope can change an account's state. */
  private update(tx: Transaction, accountId: string, data: Prisma.AccountUncheckedUpdateInput): Promise<Account> {
    return this.database.inPlatform(tx, () => tx.account.update({ where: { accountId }, data }));
  }
}

function tombstone(accountId: string) {
  return {
    name: '',
    alias: null,
    rootEmail: '',
    rootEmailKey: accountId,
    rootPasswordHash: null,
    rootPasswordSetAt: null,
    rootPasswordLastUsedAt: null,
  };
}

function requireTenant({ isManagement }: Account, change: string): void {
  if (isManagement) throw new ApiError('UnmodifiableEntity', `The management account cannot be ${change}.`);
}

function requireState({ status }: Account, allowed: readonly Account['status'][], change: string): void {
  if (allowed.includes(status)) return;
  throw new ApiError('InvalidAccountState', `The account is ${status} and cannot be ${change}.`);
}
