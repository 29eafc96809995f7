import { randomUUID } from 'node:crypto';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type AuditEntry, AuditTrail } from '../audit/trail/audit-trail.js';
import type { Presenter } from '../access/authentication/credential-strategy.js';
import type { RequestFacts } from '../access/actions/request-facts.js';
import { Background } from '../kernel/background/background.service.js';
import { Clock } from '../kernel/clock/clock.js';
import { Database, type Transaction } from '../kernel/database/database.service.js';
import { FailureCounts, type LeftOut, WINDOW_MILLISECONDS } from '../kernel/throttling/failure-counts.service.js';

const MILLISECONDS_BETWEEN_SWEEPS = 300_000;

/** An operation with a credential, and its outcome. */
export interface RecordedAttempt extends Pick<AuditEntry, 'operation' | 'outcome'> {
  readonly presenter: Presenter;
  readonly reason?: string | undefined;
}

/**
 * Records operations with a credential in the audit log, with address and user agent. Of failures and denials, only the
 * first of each hour and address are recorded; the others become one event with their number, because anyone can cause
 * them. Attempts that the throttle refuses are not recorded.
 */
@Injectable()
export class AttemptRecorder implements OnApplicationBootstrap {
  constructor(
    private readonly auditTrail: AuditTrail,
    private readonly counts: FailureCounts,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly background: Background,
  ) {}

  onApplicationBootstrap(): void {
    this.background.periodic({
      name: AttemptRecorder.name,
      interval: MILLISECONDS_BETWEEN_SWEEPS,
      run: () => this.sweepOne(),
      failure: 'summarizing failed sign-ins failed; the next sweep tries again',
    });
  }

  /** @param tx in any scope */
  async record(tx: Transaction, accountId: string, attempt: RecordedAttempt, request: RequestFacts): Promise<void> {
    const { operation, outcome, presenter, reason } = attempt;
    const { grounds: _, ...described } = presenter;
    if (outcome !== 'allowed') {
      const where = { accountId, operation, subject: presenter.callerArn };
      const { isRecorded, before } = await this.database.inPlatform(tx, () => this.counts.add(tx, where, request));
      if (before) this.recordLeftOut(tx, before, request);
      if (!isRecorded) return;
    }
    const entry = { operation, ...described, outcome, ...(reason === undefined ? {} : { reason }) };
    this.auditTrail.record(tx, accountId, entry, request);
  }

  private recordLeftOut(tx: Transaction, { accountId, operation, subject, ...rest }: LeftOut, request: RequestFacts) {
    const { windowStart: from, unrecorded: count } = rest;
    const to = new Date(from.getTime() + WINDOW_MILLISECONDS);
    const entry: AuditEntry = {
      operation,
      callerArn: subject,
      callerId: 'unknown',
      resourceArn: subject,
      input: { count, from, to },
      outcome: 'failed',
      reason: `${count} more failed or denied attempts, not recorded individually`,
    };
    this.auditTrail.record(tx, accountId, entry, request);
  }

  /** @returns false if nothing is due */
  private sweepOne(): Promise<boolean> {
    const now = this.clock.now();
    return this.database.forPlatform(async (tx) => {
      const over = await this.counts.takeOver(tx, now);
      if (!over) return false;
      const facts = { requestId: randomUUID(), sourceIp: '', userAgent: 'gatehouse', secureTransport: true };
      if (over.unrecorded > 0) this.recordLeftOut(tx, over, { ...facts, receivedAt: now });
      return true;
    });
  }
}
