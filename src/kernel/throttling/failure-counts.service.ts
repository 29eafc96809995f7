import { Injectable } from '@nestjs/common';
import type { Transaction } from '../database/database.service.js';
import { recordRule } from './throttle-rules.js';
import { Throttle } from './throttle.service.js';

/** Maximum failures of one principal per hour that are recorded individually; the others are counted. */
const RECORDED = 200;
export const WINDOW_MILLISECONDS = 3_600_000;

/** The location and kind of a failure. */
interface FailureSubject {
  readonly accountId: string;
  readonly operation: string;
  /** The ARN of the principal; one ARN for all names without a principal. */
  readonly subject: string;
}

/** The failures that were not recorded in a past window. */
export interface LeftOut extends FailureSubject {
  readonly windowStart: Date;
  readonly unrecorded: number;
}

/**
 * Prevents strangers from filling an account's audit log: they can fail any number of times, and each failure would be
 * a permanent event. The first limit is per address and account, so that the response time depends on the stranger's
 * earlier requests and not on whether the principal exists; the second one, for many addresses, is per principal.
 */
@Injectable()
export class FailureCounts {
  constructor(private readonly throttle: Throttle) {}

  /**
   * Counts a failure.
   *
   * @param tx in the scope of the platform
   * @returns whether it is recorded individually, and the unrecorded failures of the previous window, which must be
   *   recorded now
   */
  async add(
    tx: Transaction,
    { accountId, operation, subject }: FailureSubject,
    { receivedAt: now, sourceIp: address }: { readonly receivedAt: Date; readonly sourceIp: string },
  ): Promise<{ readonly isRecorded: boolean; readonly before?: LeftOut }> {
    const attempt = { purpose: 'record', address, realm: accountId, isKnownAddress: false, rule: recordRule } as const;
    const mayBeRecorded = (await this.throttle.settle(tx, attempt, false, now)) === 0;
    await tx.$executeRaw`
      INSERT INTO failure_counts (account_id, operation, subject, window_start, recorded, unrecorded)
      VALUES (${accountId}::bpchar, ${operation}, ${subject}, ${now}, 0, 0) ON CONFLICT DO NOTHING`;
    await tx.$queryRaw`SELECT 1 FROM failure_counts WHERE account_id = ${accountId}::bpchar
      AND operation = ${operation} AND subject = ${subject} FOR UPDATE`;
    const where = { accountId_operation_subject: { accountId, operation, subject } };
    const found = await tx.failureCount.findUniqueOrThrow({ where });
    if (now.getTime() - found.windowStart.getTime() >= WINDOW_MILLISECONDS) {
      const counts = mayBeRecorded ? { recorded: 1, unrecorded: 0 } : { recorded: 0, unrecorded: 1 };
      await tx.failureCount.update({ where, data: { windowStart: now, ...counts } });
      return { isRecorded: mayBeRecorded, ...(found.unrecorded > 0 ? { before: found } : {}) };
    }
    const isRecorded = mayBeRecorded && found.recorded < RECORDED;
    const data = isRecorded ? { recorded: { increment: 1 } } : { unrecorded: { increment: 1 } };
    await tx.failureCount.update({ where, data });
    return { isRecorded };
  }

  /**
   * Takes one past window.
   *
   * @param tx in the scope of the platform
   * @returns undefined if there is none; `unrecorded` may be 0
   */
  async takeOver(tx: Transaction, now: Date): Promise<LeftOut | undefined> {
    const before = new Date(now.getTime() - WINDOW_MILLISECONDS);
    const [taken] = await tx.$queryRaw<LeftOut[]>`
      DELETE FROM failure_counts WHERE (account_id, operation, subject) IN (
        SELECT account_id, operation, subject FROM failure_counts WHERE window_start <= ${before}
        ORDER BY window_start LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING account_id AS "accountId", operation, subject, window_start AS "windowStart", unrecorded`;
    return taken;
  }
}
