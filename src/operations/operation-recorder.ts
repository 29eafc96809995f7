import { Injectable } from '@nestjs/common';
import { type AuditEntry, AuditTrail } from '../audit/trail/audit-trail.js';
import { failureReason } from '../audit/trail/failure-reason.js';
import { isRead } from '../access/actions/action.js';
import type { Denial } from '../access/authorization/authorizer.service.js';
import type { Caller } from '../access/actions/caller.js';
import { ApiError, type ErrorCode } from '../kernel/errors/errors.js';
import type { MaybePromise } from '../kernel/maybe-promise.js';
import { Database, type Transaction } from '../kernel/database/database.service.js';
import type { FailedAttempt } from './failed-attempt.js';
import { noTransaction } from './no-transaction.js';
import type { AuthorizedOperation, Members } from './operation.js';
import type { AuthorizedRun } from './operation-run.js';
import { redact } from './redact.js';

/** A refusal by the throttle must not cause a row in the audit log either. */
const unrecorded: ReadonlySet<string> = new Set<ErrorCode>(['Throttling', 'SignInLocked']);

/** The last step of a request: writes its audit event. */
@Injectable()
export class OperationRecorder {
  constructor(
    private readonly database: Database,
    private readonly auditTrail: AuditTrail,
  ) {}

  /** In the account in which the operation acts. */
  change(run: AuthorizedRun): void {
    this.allowed(run, run.scope.tx, run.accountId);
  }

  /** In the accounts of caller and target. In a fixed order, so that two such calls never deadlock. */
  trace(run: AuthorizedRun): void {
    const accountIds = new Set([run.accountId, ...(run.caller ? [run.caller.accountId] : [])]);
    for (const accountId of [...accountIds].sort()) this.allowed(run, run.scope.tx, accountId);
  }

  /** A read from memory has no transaction, so its event gets a separate one. */
  read(run: AuthorizedRun): MaybePromise<void> {
    const { accountId, scope } = run;
    if (scope.tx !== noTransaction) return this.allowed(run, scope.tx, accountId);
    return this.database.forAccount(accountId, (tx) => Promise.resolve(this.allowed(run, tx, accountId)));
  }

  failure(run: AuthorizedRun, { message: reason }: FailedAttempt): void {
    const entry = { ...auditEntry(run), outcome: 'failed', reason } as const;
    this.auditTrail.record(run.scope.tx, run.accountId, entry, run.call.facts);
  }

  private allowed(run: AuthorizedRun, tx: Transaction, accountId: string): void {
    const entry = { ...auditEntry(run), outcome: 'allowed', reason: run.grounds() } as const;
    this.auditTrail.record(tx, accountId, entry, run.call.facts);
  }

  /** In the caller's own account: the account in which it tried to act may belong to somebody else, or not exist. */
  denial(run: AuthorizedRun, { verdict, error }: Denial): Promise<void> {
    return this.inAccountOfCaller(run, { ...auditEntry(run), outcome: verdict, reason: error.message });
  }

  /**
   * A permitted change that fails (NoSuchEntity, LimitExceeded, …): its transaction is rolled back, so its event gets a
   * separate one. Like a denial, it is recorded in the caller's own account.
   */
  async refusal(run: AuthorizedRun, error: unknown): Promise<void> {
    if (!run.isPermitted || isRead(run.call.operation)) return;
    if (!(error instanceof ApiError) || error.status >= 500 || unrecorded.has(error.code)) return;
    await this.inAccountOfCaller(run, { ...auditEntry(run), outcome: 'failed', reason: failureReason(error) });
  }

  private async inAccountOfCaller({ caller, call }: AuthorizedRun, entry: AuditEntry): Promise<void> {
    if (!caller) return;
    await this.database.forAccount(caller.accountId, (tx) =>
      Promise.resolve(this.auditTrail.record(tx, caller.accountId, entry, call.facts)),
    );
  }
}

function auditEntry({ call: { operation }, caller, input, target }: AuthorizedRun): Omit<AuditEntry, 'outcome'> {
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

/** The input without secrets; for a service also its stated source, which took part in the decision. */
function recordedInput({ input: schema }: AuthorizedOperation, caller: Caller | undefined, input: Members): unknown {
  const recorded = redact(schema, input);
  const { source = {} } = caller?.session ?? {};
  return Object.keys(source).length === 0 ? recorded : { ...(recorded as Members), source };
}
