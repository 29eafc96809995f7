import { Injectable } from '@nestjs/common';
import { ApiError, type ErrorCode } from '../../common/errors.js';
import { Database } from '../../database/database.service.js';
import { PolicyEpochs } from '../../database/policy-epochs.js';
import { type AuditEntry, AuditTrail } from '../audit/audit-trail.js';
import { failureReason } from '../audit/failure-reason.js';
import type { Denial } from '../authorizer.service.js';
import type { Caller } from '../caller.js';
import type { FailedAttempt } from './failed-attempt.js';
import { type AuthorizedOperation, isRead, type LocateScope, type RequestFacts, type Target } from './operation.js';
import { noTransaction } from './no-transaction.js';
import { redact } from './redact.js';

type Members = Record<string, unknown>;

/** What is told of a call, whatever became of it. */
export interface RecordedCall {
  readonly operation: AuthorizedOperation;
  readonly facts: RequestFacts;
}

type Scope = LocateScope<Members>;

/** A refusal of the throttle must not cost a row of the audit log either. */
const sentAway: ReadonlySet<string> = new Set<ErrorCode>(['Throttling', 'SignInLocked']);

/** The last step of a request: what remains of it in the audit log, and the account's next policy epoch. */
@Injectable()
export class OperationRecorder {
  constructor(
    private readonly database: Database,
    private readonly epochs: PolicyEpochs,
    private readonly auditTrail: AuditTrail,
  ) {}

  /** A change leaves an audit event, and raises the policy epoch if it can alter a decision: all or nothing. */
  async change(call: RecordedCall, scope: Scope, target: Target<unknown>, grounds: string): Promise<void> {
    this.allowed(call, scope, target, grounds);
    const { keepsEpoch, writesNothing } = call.operation;
    if (!keepsEpoch && !writesNothing) await this.epochs.advance(scope.tx, scope.accountId);
  }

  async read(call: RecordedCall, scope: Scope, target: Target<unknown>, grounds: string): Promise<void> {
    if (scope.tx !== noTransaction) return this.allowed(call, scope, target, grounds);
    await this.database.forAccount(scope.accountId, async (tx) => {
      this.allowed(call, { ...scope, tx }, target, grounds);
      return Promise.resolve();
    });
  }

  failure(
    { operation, facts }: RecordedCall,
    { tx, input, caller, accountId }: Scope,
    target: Target<unknown>,
    { message: reason }: FailedAttempt,
  ): void {
    const entry = auditEntry(operation, caller, input, target);
    this.auditTrail.record(tx, accountId, { ...entry, outcome: 'failed', reason }, facts);
  }

  private allowed(
    { operation, facts }: RecordedCall,
    { tx, input, caller, accountId }: Scope,
    target: Target<unknown>,
    reason: string,
  ): void {
    const entry = auditEntry(operation, caller, input, target);
    // Both accounts may read what one let the other do. In one order, so that two such calls never wait in a circle.
    const accounts =
      operation.writesNothing && caller ? [...new Set([accountId, caller.accountId])].sort() : [accountId];
    for (const account of accounts)
      this.auditTrail.record(tx, account, { ...entry, outcome: 'allowed', reason }, facts);
  }

  /** In the caller's own account: the one acted in may be a stranger's, or not exist. */
  async denial(
    { operation, facts }: RecordedCall,
    caller: Caller,
    input: Members,
    target: Target<unknown>,
    { verdict, error }: Denial,
  ): Promise<void> {
    const entry = { ...auditEntry(operation, caller, input, target), outcome: verdict, reason: error.message };
    await this.database.forAccount(caller.accountId, (tx) =>
      Promise.resolve(this.auditTrail.record(tx, caller.accountId, entry, facts)),
    );
  }

  /**
   * A change that the policies allow but the rules refuse (NoSuchEntity, LimitExceeded, …): its transaction is rolled back,
   * so its event has one of its own. As a denial it stands in the caller's own account.
   */
  async refusal(
    { operation, facts }: RecordedCall,
    caller: Caller,
    input: Members,
    target: Target<unknown>,
    error: unknown,
  ): Promise<void> {
    if (!(error instanceof ApiError) || error.status >= 500 || sentAway.has(error.code)) return;
    const entry = {
      ...auditEntry(operation, caller, input, target),
      outcome: 'failed',
      reason: failureReason(error),
    } as const;
    await this.database.forAccount(caller.accountId, (tx) =>
      Promise.resolve(this.auditTrail.record(tx, caller.accountId, entry, facts)),
    );
  }
}

function auditEntry(
  operation: AuthorizedOperation,
  caller: Caller | undefined,
  input: Members,
  target: Target<unknown>,
): Omit<AuditEntry, 'outcome'> {
  return {
    operation: operation.name,
    readOnly: isRead(operation),
    ...(caller ? { session: caller.session } : {}),
    callerArn: caller?.arn ?? 'anonymous',
    callerId: caller?.principalId ?? 'anonymous',
    resourceArn: target.arn,
    input: recordedInput(operation, caller, input),
  };
}

/** The input without secrets; of a service, with what it named as its source: that decided, too. */
function recordedInput({ input: schema }: AuthorizedOperation, caller: Caller | undefined, input: Members): unknown {
  const recorded = redact(schema, input);
  const { source = {} } = caller?.session ?? {};
  return Object.keys(source).length === 0 ? recorded : { ...(recorded as Members), source };
}
