import { randomUUID } from 'node:crypto';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type AuditEntry, AuditTrail } from '../audit/trail/audit-trail.js';
import type { RequestFacts } from '../access/actions/request-facts.js';
import { Background } from '../kernel/background/background.service.js';
import { Clock } from '../kernel/clock/clock.js';
import { iamArn, rootArn } from '../kernel/arn.js';
import { Settings } from '../kernel/config/settings.js';
import { Database, type Transaction } from '../kernel/database/database.service.js';
import { FailureCounts, type LeftOut, WINDOW_MILLISECONDS } from '../kernel/throttling/failure-counts.service.js';
import type { NamedPrincipal, SignInPrincipal } from './principals.service.js';

/** AWS CloudTrail's words for a name that nobody has: it may be a password in the wrong field. */
const HIDDEN = 'HIDDEN_DUE_TO_SECURITY_REASONS';

const MILLISECONDS_BETWEEN_SWEEPS = 300_000;

/** One step of a sign-in, and what came of it. */
export interface SignInAttempt {
  readonly operation:
    | 'gatehouse:SignIn'
    | 'gatehouse:SignInWithMfa'
    | 'gatehouse:SignInWithNewPassword'
    | 'gatehouse:SignInWithPasskey'
    | 'gatehouse:BeginVirtualDeviceEnrolment'
    | 'gatehouse:EnrolVirtualDevice'
    | 'gatehouse:BeginSecurityKeyEnrolment'
    | 'gatehouse:EnrolSecurityKey';
  readonly principal: SignInPrincipal | undefined;
  readonly named?: NamedPrincipal;
  /** What answers a step that asks for MFA. */
  readonly factor?: 'code' | 'recoveryCode' | 'securityKey';
  /** Why it failed; undefined when it did not. */
  readonly failure: string | undefined;
}

/**
 * Attempts to sign in leave a line in the audit log, with address and user agent. Of failures only the first of each hour and
 * address do; the others become one line with their number. What the throttle sends away leaves nothing.
 */
@Injectable()
export class SignInAudit implements OnApplicationBootstrap {
  constructor(
    private readonly auditTrail: AuditTrail,
    private readonly counts: FailureCounts,
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly background: Background,
  ) {}

  onApplicationBootstrap(): void {
    this.background.periodic({
      name: SignInAudit.name,
      interval: MILLISECONDS_BETWEEN_SWEEPS,
      run: () => this.sweepOne(),
      failure: 'failed sign-ins were not summed up; the next sweep tries again',
    });
  }

  /** @param tx in the scope of the account or of the platform */
  async record(tx: Transaction, accountId: string, attempt: SignInAttempt, request: RequestFacts): Promise<void> {
    const { operation, principal, named = {}, factor, failure } = attempt;
    const arn = principal?.arn ?? this.arnOfNobody(accountId, named);
    if (failure !== undefined) {
      const where = { accountId, operation, subject: arn };
      const { isRecorded, before } = await this.database.inPlatform(tx, () => this.counts.add(tx, where, request));
      if (before) this.recordLeftOut(tx, before, request);
      if (!isRecorded) return;
    }
    const entry = {
      operation,
      callerArn: arn,
      callerId: principal?.principalId ?? 'unknown',
      resourceArn: arn,
      input: principal ? { ...named, ...(factor ? { factor } : {}) } : {},
      outcome: failure === undefined ? ('allowed' as const) : ('failed' as const),
      ...(failure === undefined ? {} : { reason: failure }),
    };
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
      reason: `${count} more failed attempts, not recorded individually`,
    };
    this.auditTrail.record(tx, accountId, entry, request);
  }

  /** @returns false when nothing is due */
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

  private arnOfNobody(accountId: string, { email }: NamedPrincipal): string {
    const { partition } = this.settings;
    return email === undefined ? iamArn(partition, accountId, 'user', '/', HIDDEN) : rootArn(partition, accountId);
  }
}
