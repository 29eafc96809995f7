import { Injectable } from '@nestjs/common';
import { lockCredentialReport } from '../../kernel/database/row-locks.js';
import type { BackgroundTasks } from '../../kernel/background/background-tasks.js';
import { Background } from '../../kernel/background/background.service.js';
import { Clock } from '../../kernel/clock/clock.js';
import { Settings } from '../../kernel/config/settings.js';
import { Database, type Transaction } from '../../kernel/database/database.service.js';
import type { CredentialReport } from '../../generated/prisma/client.js';
import { PasswordPoliciesService } from '../../iam/password-policy/password-policies.service.js';
import { rootFacts, userFacts } from './credential-facts.js';
import { REPORT_HEADER, rootRow, userRow } from './credential-report-row.js';

const USERS_PER_BATCH = 1000;
const LEASE_MILLISECONDS = 30_000;

/**
 * Generates credential reports, one batch of users per transaction: memory use does not grow with the account. Each
 * batch is stored with the name at which the next begins, so if a server ends, the next request for the report
 * continues it on any replica.
 */
@Injectable()
export class CredentialReportWriter {
  private readonly reports: BackgroundTasks;

  constructor(
    private readonly database: Database,
    private readonly passwordPolicies: PasswordPoliciesService,
    private readonly settings: Settings,
    private readonly clock: Clock,
    background: Background,
  ) {
    const failure = 'a credential report was not completed; asking for it goes on with it';
    this.reports = background.tasks(CredentialReportWriter.name, failure);
  }

  /** Starts or continues the account's report, unless another replica is generating it. Does not wait for it. */
  wake(accountId: string): void {
    this.reports.start(accountId, (signal) => this.run(accountId, signal));
  }

  private async run(accountId: string, signal: AbortSignal): Promise<void> {
    const now = this.clock.now();
    const report = await this.database.forAccount(accountId, (tx) => takeLease(tx, accountId, now));
    let held = report?.reportId;
    while (held !== undefined && !signal.aborted) held = await this.writeBatch(accountId, held);
    // Released on purpose, so that the next writer need not wait until the lease expires.
    if (held !== undefined) await this.release(accountId, held);
  }

  /** @returns the report's ID while there is more to write */
  private writeBatch(accountId: string, reportId: string): Promise<string | undefined> {
    return this.database.forAccount(accountId, async (tx) => {
      const report = await lockReport(tx, accountId, reportId);
      if (!report) return undefined;
      const users = await userFacts(tx, accountId, report.afterNameKey, USERS_PER_BATCH);
      const policy = await this.passwordPolicies.find(tx, accountId);
      const account = {
        accountId,
        partition: this.settings.partition,
        maxPasswordAgeDays: policy?.maxPasswordAge ?? undefined,
      };
      const isFirst = report.afterNameKey === '';
      const opening = isFirst ? REPORT_HEADER + rootRow(account, await rootFacts(tx, accountId)) : '';
      const content = opening + users.map((user) => userRow(account, user)).join('');
      const number = await tx.credentialReportChunk.count({ where: { accountId } });
      await tx.credentialReportChunk.create({ data: { accountId, number, content } });
      const isLast = users.length < USERS_PER_BATCH;
      const now = this.clock.now();
      await tx.credentialReport.update({
        where: { accountId },
        data: {
          usersDone: { increment: users.length },
          afterNameKey: users.at(-1)?.nameKey ?? report.afterNameKey,
          leasedUntil: isLast ? null : leaseFrom(now),
          generatedAt: isLast ? now : null,
        },
      });
      return isLast ? undefined : reportId;
    });
  }

  private async release(accountId: string, reportId: string): Promise<void> {
    await this.database.forAccount(accountId, (tx) =>
      tx.credentialReport.updateMany({ where: { accountId, reportId }, data: { leasedUntil: null } }),
    );
  }
}

/** @returns undefined if there is nothing to do, or another replica is doing it */
async function takeLease(tx: Transaction, accountId: string, now: Date): Promise<CredentialReport | undefined> {
  const { count } = await tx.credentialReport.updateMany({
    where: { accountId, generatedAt: null, OR: [{ leasedUntil: null }, { leasedUntil: { lt: now } }] },
    data: { leasedUntil: leaseFrom(now) },
  });
  return count === 0 ? undefined : ((await tx.credentialReport.findUnique({ where: { accountId } })) ?? undefined);
}

function leaseFrom(now: Date): Date {
  return new Date(now.getTime() + LEASE_MILLISECONDS);
}

/** The row stays locked: two writers append one after the other. */
async function lockReport(tx: Transaction, accountId: string, reportId: string): Promise<CredentialReport | undefined> {
  await lockCredentialReport(tx, accountId);
  const where = { accountId, reportId, generatedAt: null };
  return (await tx.credentialReport.findFirst({ where })) ?? undefined;
}
