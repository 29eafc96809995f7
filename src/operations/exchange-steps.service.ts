import { Injectable } from '@nestjs/common';
import type { Exchange, Presented, Verdict } from '../access/authentication/credential-strategy.js';
import { Database, type Transaction } from '../kernel/database/database.service.js';
import { PolicyEpochs } from '../kernel/database/policy-epochs.js';
import { andThen, type MaybePromise } from '../kernel/maybe-promise.js';
import { type Attempt, attemptFrom } from '../kernel/throttling/throttle-rules.js';
import { networkOf } from '../kernel/throttling/network.js';
import { Throttle, throttled } from '../kernel/throttling/throttle.service.js';
import type { CredentialContext } from './declaration.js';
import { AttemptRecorder } from './attempt-recorder.service.js';
import { FailedAttempt, SucceededWithError } from './failed-attempt.js';
import type { Output } from './operation.js';
import type { CredentialRun, ExchangeState, OperationRun, PublicRun } from './operation-run.js';
import { validateInput } from './validate-input.js';

type Walk = () => MaybePromise<void>;

/** The steps of operations without a caller: with a credential, or public. Their order is in `plans.ts`. */
@Injectable()
export class ExchangeSteps {
  constructor(
    private readonly database: Database,
    private readonly throttle: Throttle,
    private readonly recorder: AttemptRecorder,
    private readonly epochs: PolicyEpochs,
  ) {}

  /** @throws ApiError ValidationError */
  validate(run: OperationRun): void {
    validateInput(run);
  }

  /** The steps between `takeTurn` and `leaveTurn`, in rotation with other addresses. @throws ApiError Throttling if too many are waiting */
  inTurn(run: CredentialRun, walk: Walk): Promise<void> {
    const { operation, facts } = run.call;
    return operation.strategy.turns!.take(async () => walk(), networkOf(facts.sourceIp));
  }

  /** The steps between `lookUp` and `endLookUp`, in a transaction before the one that changes anything. */
  async inLookUp(run: CredentialRun, walk: Walk): Promise<void> {
    await this.inScope(run, undefined, walk);
  }

  /** The steps between `begin` and `commit`, in one transaction. They may run again after a write conflict. */
  async transaction(run: CredentialRun | PublicRun, walk: Walk): Promise<void> {
    await this.inScope(run, this.accountOf(run), walk);
  }

  private accountOf(run: CredentialRun | PublicRun): string | undefined {
    const { operation } = run.call;
    if (operation.access === 'public') return undefined;
    return run.exchange?.claim.accountId ?? operation.strategy.accountOf?.(presented(run));
  }

  private async inScope(run: OperationRun, accountId: string | undefined, walk: Walk): Promise<void> {
    const work = async (tx: Transaction): Promise<void> => {
      run.beginExchange(tx);
      await walk();
    };
    await (accountId === undefined ? this.database.forPlatform(work) : this.database.forAccount(accountId, work));
  }

  async identify(run: CredentialRun): Promise<void> {
    const state = stateOf(run);
    state.claim = (await run.call.operation.strategy.identify?.(state.tx, presented(run))) ?? {};
  }

  /** Refuses an attempt during a delay, before it is verified. */
  async awaitDelay(run: CredentialRun): Promise<void> {
    const { tx, claim } = stateOf(run);
    const { attempt } = claim;
    if (!attempt) return;
    requireDeclared(run, attempt);
    const wait = await this.database.inPlatform(tx, () => this.throttle.waitOf(tx, attempt, run.call.facts.receivedAt));
    if (wait > 0) run.refusal = { error: throttled(wait, attempt) };
  }

  /** The slow work of the strategy, outside of transactions. */
  async examine(run: CredentialRun): Promise<void> {
    const state = stateOf(run);
    state.claim = await run.call.operation.strategy.examine!(presented(run), state.claim);
  }

  async verifyCredential(run: CredentialRun): Promise<void> {
    const state = stateOf(run);
    const { tx, claim } = state;
    const exchange: Exchange = { tx, claim, ...presented(run) };
    state.verdict = await run.call.operation.strategy.validate(exchange);
  }

  /** Counts a failure; a success resets the count. */
  async settleAttempt(run: CredentialRun): Promise<void> {
    const { tx, claim } = stateOf(run);
    const verdict = verdictOf(run);
    const attempt = verdict.attempt ?? claim.attempt;
    const succeeds = 'proof' in verdict;
    // A success resets only the count of its principal: failures from the address may be of others.
    if (!attempt || (succeeds && attempt.principal === undefined)) return;
    requireDeclared(run, attempt);
    const wait = await this.database.inPlatform(tx, () =>
      this.throttle.settle(tx, attempt, succeeds, run.call.facts.receivedAt),
    );
    if (wait > 0) run.refusal = { error: throttled(wait, attempt) };
  }

  /** A refused credential ends the plan; its count and event are committed. */
  async requireAccepted(run: CredentialRun): Promise<void> {
    const verdict = verdictOf(run);
    if ('proof' in verdict) return;
    run.refusal = { error: verdict.refusal };
    if (verdict.reason !== undefined) await this.record(run, 'failed', verdict.reason);
  }

  async handle(run: CredentialRun): Promise<void> {
    const state = stateOf(run);
    const { tx } = state;
    const { accountId, proof } = acceptedOf(run);
    const context = { tx, accountId, proof: proof as CredentialContext['proof'], request: run.call.facts };
    try {
      run.output = await this.database.inAccount(tx, accountId, async (): Promise<Output> =>
        run.call.operation.handle(run.input, context),
      );
    } catch (error) {
      if (error instanceof SucceededWithError) state.error = error;
      else if (error instanceof FailedAttempt) {
        run.refusal = { error };
        await this.record(run, error.outcome, error.message);
      } else throw error;
    }
  }

  recordSuccess(run: CredentialRun): Promise<void> {
    return this.record(run, 'allowed', verdictOf(run).presenter?.grounds);
  }

  async raiseEpoch(run: CredentialRun): Promise<void> {
    const { tx } = stateOf(run);
    const { accountId } = acceptedOf(run);
    await this.database.inAccount(tx, accountId, () => this.epochs.advance(tx, accountId));
  }

  /** After the commit. @throws ApiError of an operation that succeeded with an error */
  answer(run: CredentialRun): void {
    const { error } = stateOf(run);
    if (error) throw error;
  }

  /** Every request counts, whatever its outcome. */
  async countRequest(run: PublicRun): Promise<void> {
    const { tx } = stateOf(run);
    const { sourceIp, receivedAt } = run.call.facts;
    const attempt = attemptFrom(sourceIp, run.call.operation.throttle!);
    const wait = await this.throttle.settle(tx, attempt, false, receivedAt);
    if (wait > 0) run.refusal = { error: throttled(wait, attempt) };
  }

  handlePublic(run: PublicRun): MaybePromise<void> {
    const request = run.call.facts;
    const context = run.exchange ? { tx: run.exchange.tx, request } : { request };
    return andThen(run.call.operation.handle(run.input, context), (output) => {
      run.output = output;
    });
  }

  private async record(
    run: CredentialRun,
    outcome: 'allowed' | FailedAttempt['outcome'],
    reason: string | undefined,
  ): Promise<void> {
    const { accountId, presenter } = verdictOf(run);
    if (!presenter || accountId === undefined) return;
    const attempt = { operation: run.call.operation.name, presenter, outcome, reason };
    await this.recorder.record(stateOf(run).tx, accountId, attempt, run.call.facts);
  }
}

function presented({ input, call }: OperationRun): Presented {
  return { input, request: call.facts };
}

function stateOf({ exchange, call }: OperationRun): ExchangeState {
  if (!exchange) throw new Error(`${call.operation.name} has no transaction`);
  return exchange;
}

function verdictOf(run: OperationRun): Verdict {
  const { verdict } = stateOf(run);
  if (!verdict) throw new Error(`${run.call.operation.name} has verified nothing`);
  return verdict;
}

/** INVARIANT: nothing is done without an accepted credential. */
function acceptedOf(run: OperationRun): Extract<Verdict, { readonly proof: unknown }> {
  const verdict = verdictOf(run);
  if (!('proof' in verdict)) throw new Error(`${run.call.operation.name} was called without a credential`);
  return verdict;
}

/** INVARIANT: the throttle of an operation is the one that docs/endpoints.md states. */
function requireDeclared({ call: { operation } }: CredentialRun, { purpose }: Attempt): void {
  if (!operation.throttle.includes(purpose)) throw new Error(`${operation.name} does not declare ${purpose}`);
}
