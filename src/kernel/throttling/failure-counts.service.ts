import { Injectable } from '@nestjs/common';
import type { Transaction } from '../database/database.service.js';
import { recordRule } from './throttle-rules.js';
import { Throttle } from './throttle.service.js';
import { lockFailureCount } from '../database/row-locks.js';

/** Failures of one principal that stand in the audit log one by one, in an hour; the others are counted. */
const RECORDED = 200;
export const WINDOW_MILLISECONDS = 3_600_000;

/** Where and what a failure was. */
interface FailureSubject {
  readonly accountId: string;
  readonly operation: string;
  /** ARN of the principal; of nobody in particular, one ARN for all that was named. */
  readonly subject: string;
}

/** What was left out of the audit log in a window that is over. */
export interface LeftOut extends FailureSubject {
  readonly windowStart: Date;
  readonly unrecorded: number;
}

/**
 * Keeps strangers from filling an account's audit log: they can fail as often as they like, and each failure would be an
 * event that is kept for good. The first bound is per address and account, so that the time which an answer takes depends on what the
 * stranger has done before, not on whether the principal exists; the second one, for many addresses, is per principal.
 */
@Injectable()
export class FailureCounts {
  constructor(private readonly throttle: Throttle) {}

  /**
   * Counts a failure.
   *
   * @param tx in the scope of the platform
   * @returns whether it is recorded by itself, and what the window before left out, which has to be recorded now
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
    const key = { accountId, operation, subject };
    await lockFailureCount(tx, key);
    const where = { accountId_operation_subject: key };
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
   * Takes one window that is over. One that another replica takes is skipped, by the statement that deletes it.
   *
   * @param tx in the scope of the platform
   * @returns undefined when there is none; `unrecorded` may be 0
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
