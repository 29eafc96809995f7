import { Injectable } from '@nestjs/common';
import { SecondFactors } from '../access/authentication/second-factors.js';
import { IamGuard } from '../access/authorization/iam.guard.js';
import { StepUpGuard } from '../access/authorization/step-up-guard.js';
import { Strangers } from '../access/authorization/strangers.service.js';
import type { Caller } from '../access/actions/caller.js';
import { LastUsed } from '../access/authentication/last-used.service.js';
import { ApiError } from '../kernel/errors/errors.js';
import { andThen, type MaybePromise } from '../kernel/maybe-promise.js';
import { Settings } from '../kernel/config/settings.js';
import { Database, type Transaction } from '../kernel/database/database.service.js';
import { PolicyEpochs } from '../kernel/database/policy-epochs.js';
import { lockForChange } from './account-lock.js';
import { FailedAttempt } from './failed-attempt.js';
import { LongWork } from './long-work.js';
import { noTransaction } from './no-transaction.js';
import { OpenStreams } from './open-streams.js';
import type { AuthorizedOperation, Operation, Output, SignUpOperation } from './operation.js';
import { OperationRecorder } from './operation-recorder.js';
import type { AuthorizedRun, OpenScope, OperationRun } from './operation-run.js';
import { RememberedReads } from './remembered-reads.service.js';
import { validateInput } from './validate-input.js';

/**
 * The steps of plans; `plans.ts` contains their order. A step returns a promise only if it waits for something:
 * responses from memory are synchronous.
 */
@Injectable()
export class OperationSteps {
  private readonly openStreams = new OpenStreams();
  private readonly longWork: LongWork;

  constructor(
    private readonly guard: IamGuard,
    private readonly database: Database,
    private readonly epochs: PolicyEpochs,
    private readonly lastUsed: LastUsed,
    private readonly strangers: Strangers,
    private readonly secondFactors: SecondFactors,
    private readonly stepUps: StepUpGuard,
    private readonly rememberedReads: RememberedReads,
    private readonly recorder: OperationRecorder,
    private readonly settings: Settings,
  ) {
    this.longWork = new LongWork(settings.databasePoolSize);
  }

  /** @throws ApiError MissingAuthenticationToken without credentials; errors of the strategies for invalid ones */
  authenticate(run: AuthorizedRun): MaybePromise<void> {
    return andThen(this.findCaller(run), (caller) => {
      if (!caller) throw new ApiError('MissingAuthenticationToken', 'Request is missing Authentication Token');
    });
  }

  /** Like `authenticate`, but calls without credentials pass while sign-up is open. */
  authenticateOrAdmit(run: AuthorizedRun): MaybePromise<void> {
    return andThen(this.findCaller(run), (caller) => {
      if (!caller) this.strangers.requireAdmitted();
    });
  }

  private findCaller(run: AuthorizedRun): MaybePromise<Caller | undefined> {
    const { http, door, operation, facts } = run.call;
    return andThen(this.guard.authenticate(http, { door, action: operation }), (caller) => {
      if (caller) this.lastUsed.note(caller, operation.name, facts.receivedAt);
      run.caller = caller;
      return caller;
    });
  }

  /** @throws ApiError ValidationError */
  validate(run: OperationRun): void {
    validateInput(run);
  }

  /** @throws ApiError Throttling if there are too many sign-ups from one address */
  async countStranger(run: AuthorizedRun): Promise<void> {
    if (!run.caller) await this.strangers.count(run.call.facts);
  }

  /** If the request contains a valid code, the caller now counts as authenticated with MFA. */
  async verifySecondFactor(run: AuthorizedRun): Promise<void> {
    const { caller, input, call } = run;
    const factor = caller && call.operation.secondFactor?.(input);
    if (!factor) return;
    await this.secondFactors.verify(caller, factor, call.facts);
    run.caller = { ...caller, session: { ...caller.session, mfaAuthenticatedAt: call.facts.receivedAt } };
  }

  /** The account in which the operation acts; until a transaction begins, there is none. */
  chooseAccount(run: AuthorizedRun): void {
    run.accountId = this.accountOf(run.call.operation, run);
    run.begin(this.scopeOf(run, noTransaction));
  }

  private accountOf(operation: AuthorizedOperation | SignUpOperation, { input, caller }: AuthorizedRun): string {
    if (operation.access === 'signUp') return (operation as SignUpOperation).account(input, caller, this.settings);
    if (!caller) throw new Error(`${operation.name} was called without a caller`);
    return operation.account?.(input, caller, this.settings) ?? caller.accountId;
  }

  private scopeOf({ input, caller, accountId }: AuthorizedRun, tx: Transaction): OpenScope {
    return {
      tx,
      input,
      caller,
      accountId,
      partition: this.settings.partition,
      inAccount: (otherId, work) => this.database.inAccount(tx, otherId, work),
    };
  }

  /** @throws ApiError LimitExceeded */
  requireRoomForStream({ accountId }: AuthorizedRun): void {
    this.openStreams.requireRoom(accountId);
  }

  /** Runs the steps between `takeTurn` and `leaveTurn`; other calls of the account wait without a connection. */
  inTurn({ callerScope: { caller } }: AuthorizedRun, walk: () => MaybePromise<void>): Promise<void> {
    return this.longWork.inTurn(caller.accountId, async () => walk());
  }

  /** Runs the steps between `begin` and `commit` in one transaction. They may run again after a write conflict. */
  async transaction(run: AuthorizedRun, walk: (run: AuthorizedRun) => MaybePromise<void>): Promise<void> {
    try {
      await this.database.forAccount(run.accountId, async (tx) => {
        run.begin(this.scopeOf(run, tx));
        await walk(run);
      });
    } catch (error) {
      await this.recorder.refusal(run, error);
      throw error;
    }
  }

  lockAccount({ scope: { tx, accountId, caller } }: AuthorizedRun): Promise<void> {
    return lockForChange(tx, accountId, caller);
  }

  /** Target and output from the cache, or from a look-up that is then cached. */
  recall(run: AuthorizedRun): MaybePromise<void> {
    const { operation, facts } = run.call;
    return andThen(this.rememberedReads.find(operation, run.callerScope, facts), (read) => {
      // A missing target is looked up again in the primary database, so that it takes the same path for every caller.
      if (!read) return this.database.forAccount(run.accountId, (tx) => this.readNow(run, this.scopeOf(run, tx)));
      ({ target: run.target, output: run.output } = read);
    });
  }

  private async readNow(run: AuthorizedRun, scope: OpenScope): Promise<void> {
    run.begin(scope);
    await this.locate(run);
    if (!('missing' in run.target)) await this.handle(run);
    run.scope = this.scopeOf(run, noTransaction);
  }

  locate(run: AuthorizedRun): MaybePromise<void> {
    const { operation } = run.call;
    if (!operation.locate) return;
    const target = isSignUp(operation) ? operation.locate(run.scope) : operation.locate(run.callerScope);
    return andThen(target, (located) => {
      run.target = located;
    });
  }

  /** Sign-ups without credentials need no permission. */
  decide(run: AuthorizedRun): MaybePromise<void> {
    const { operation, facts } = run.call;
    if (isSignUp(operation) && !run.caller) {
      run.isPermitted = true;
      return;
    }
    return andThen(this.guard.decide(operation, facts, run.callerScope, run.target), (judgement) => {
      if ('denial' in judgement) {
        const { denial } = judgement;
        run.refusal = { error: denial.error, record: () => this.recorder.denial(run, denial) };
      } else {
        run.isPermitted = true;
        run.grounds = judgement.grounds;
      }
    });
  }

  /** @throws ApiError NoSuchEntity, or the error of the target; only for a caller that may act on it */
  requireTarget({ target }: AuthorizedRun): void {
    if ('missing' in target) throw new ApiError(target.code ?? 'NoSuchEntity', target.missing);
  }

  /** @throws ApiError StepUpRequired */
  requireStepUp({ call, callerScope, target }: AuthorizedRun): Promise<void> {
    return this.stepUps.require(call.operation, callerScope, target, call.facts.receivedAt);
  }

  /** A failed attempt leaves the transaction as a value, so that it commits. */
  handle(run: AuthorizedRun): MaybePromise<void> {
    const keep = (failure: unknown) => {
      if (!(failure instanceof FailedAttempt)) throw failure;
      run.refusal = { error: failure };
      this.recorder.failure(run, failure);
    };
    const set = (output: Output) => {
      run.output = output;
    };
    try {
      const output = this.callHandler(run);
      return output instanceof Promise ? output.then(set).catch(keep) : set(output);
    } catch (error) {
      keep(error);
    }
  }

  private callHandler(run: AuthorizedRun): MaybePromise<Output> {
    const { operation, facts: request } = run.call;
    const row = 'row' in run.target ? run.target.row : undefined;
    return isSignUp(operation)
      ? operation.handle(run.input, { ...run.scope, target: row, request })
      : operation.handle(run.input, { ...run.callerScope, target: row, request });
  }

  recordRead(run: AuthorizedRun): MaybePromise<void> {
    return this.recorder.read(run);
  }

  /** In the account in which the operation acts. */
  recordChange(run: AuthorizedRun): void {
    this.recorder.change(run);
  }

  /** In the accounts of the caller and of the target: both may read what one allowed the other to do. */
  recordTrace(run: AuthorizedRun): void {
    this.recorder.trace(run);
  }

  async raiseEpoch({ scope: { tx, accountId } }: AuthorizedRun): Promise<void> {
    await this.epochs.advance(tx, accountId);
  }

  /** The stream counts for the account from its first chunk to its end. */
  stream(run: AuthorizedRun): void {
    run.output = { chunks: this.openStreams.count(run.accountId, chunksOf(run.output)) };
  }
}

function chunksOf(output: Output): AsyncIterable<string> {
  if (output && Symbol.asyncIterator in output) return output;
  throw new Error('an operation with a stream returned something else');
}

function isSignUp(operation: Operation): operation is SignUpOperation {
  return operation.access === 'signUp';
}
