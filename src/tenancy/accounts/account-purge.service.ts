import { randomUUID } from 'node:crypto';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AuditTrail } from '../../audit/trail/audit-trail.js';
import { lockAccountDueForPurge, tryLockSharedWork } from '../../kernel/database/row-locks.js';
import { Background } from '../../kernel/background/background.service.js';
import { Clock } from '../../kernel/clock/clock.js';
import { gatehouseArn } from '../../kernel/arn.js';
import { Settings } from '../../kernel/config/settings.js';
import { Database, type Transaction } from '../../kernel/database/database.service.js';
import { PolicyEpochs } from '../../kernel/database/policy-epochs.js';
import type { Account } from '../../generated/prisma/client.js';
import { AccountLifeService } from './account-life.service.js';
import { confirmationLimit, graceLimit } from './grace-period.js';

const UNCONFIRMED = 'The email address was not confirmed in time.';
const MILLISECONDS_BETWEEN_SWEEPS = 10 * 60 * 1000;

/**
 * Purges closed accounts after their grace period, and accounts whose email address was not confirmed in time, so that
 * the address becomes available to its owner: at startup, and periodically. One account is one transaction, so a server
 * that ends in between leaves no partially purged account; the next sweep continues.
 */
@Injectable()
export class AccountPurgeService implements OnApplicationBootstrap {
  constructor(
    private readonly life: AccountLifeService,
    private readonly auditTrail: AuditTrail,
    private readonly database: Database,
    private readonly epochs: PolicyEpochs,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly background: Background,
  ) {}

  onApplicationBootstrap(): void {
    this.background.periodic({
      name: AccountPurgeService.name,
      interval: MILLISECONDS_BETWEEN_SWEEPS,
      run: () => this.purgeOne(),
      failure: 'closed accounts were not purged; the next sweep tries again',
    });
  }

  /** @returns false if nothing is due, or another replica is purging */
  private purgeOne(): Promise<boolean> {
    const now = this.clock.now();
    return this.database.forPlatform(async (tx) => {
      if (!(await tryLockSharedWork(tx, 'account purge'))) return false;
      const limits = { closedUntil: graceLimit(now, this.settings), createdUntil: confirmationLimit(now) };
      // Whoever reactivates the account now waits, or was first and it is not due.
      const accountId = await lockAccountDueForPurge(tx, limits);
      if (accountId === undefined) return false;
      const account = await tx.account.findUniqueOrThrow({ where: { accountId } });
      await this.database.inAccount(tx, accountId, () => this.purge(tx, account, now));
      return true;
    });
  }

  private async purge(tx: Transaction, account: Account, now: Date): Promise<void> {
    const { accountId } = account;
    await this.life.purge(tx, account, now);
    const entry = {
      operation: 'gatehouse:PurgeAccount',
      callerArn: 'gatehouse',
      callerId: 'gatehouse',
      resourceArn: gatehouseArn(this.settings.partition, accountId, 'account'),
      input: { accountId, reason: account.status === 'pending' ? UNCONFIRMED : 'The grace period has ended.' },
      outcome: 'allowed' as const,
    };
    const request = { requestId: randomUUID(), sourceIp: '', userAgent: 'gatehouse', secureTransport: true };
    this.auditTrail.record(tx, accountId, entry, { ...request, receivedAt: now });
    await this.epochs.advance(tx, accountId);
  }
}
