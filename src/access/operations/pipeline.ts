import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../common/errors.js';
import { andThen, type MaybePromise } from '../../common/maybe-promise.js';
import { requireStorableText } from '../../common/storable-text.js';
import { Settings } from '../../config/settings.js';
import { Database, type Transaction } from '../../database/database.service.js';
import { inRequestSpan, inSpan } from '../../tracing/spans.js';
import type { Door } from '../authentication/authentication-strategy.js';
import { Authenticator } from '../authentication/authenticator.service.js';
import { SecondFactors } from '../authentication/second-factors.js';
import type { Denial } from '../authorizer.service.js';
import type { Caller } from '../caller.js';
import { LastUsed } from '../last-used.service.js';
import { Observers } from '../observers.js';
import { FailedAttempt } from './failed-attempt.js';
import { inputError } from './input-error.js';
import {
  type AuthorizedOperation,
  isRead,
  type LocateScope,
  type Operation,
  type PublicOperation,
  type RequestFacts,
  type Target,
} from './operation.js';
import { noTransaction } from './no-transaction.js';
import { OpenStreams } from './open-streams.js';
import { OperationDecider } from './operation-decider.js';
import { OperationRecorder } from './operation-recorder.js';
import { StepUpGuard } from './step-up-guard.js';
import { type RememberedRead, RememberedReads } from './remembered-reads.service.js';
import { Strangers } from '../strangers.service.js';
import { toApiError } from '../to-api-error.js';

type Members = Record<string, unknown>;

/** One call of one operation, whichever door it came through. */
export interface OperationCall<Called extends Operation = Operation> {
  readonly operation: Called;
  readonly door: Door;
  /** The HTTP request, which the authenticators read. */
  readonly http: FastifyRequest;
  readonly facts: RequestFacts;
  /** The input as the door decoded it, not yet validated. */
  readonly rawInput: unknown;
}

type AuthorizedCall = OperationCall<AuthorizedOperation>;
type Scope = LocateScope<Members>;

/** What became of a call, as far as its transaction is concerned: a denial leaves nothing, a kept failure commits. */
type Outcome =
  | { readonly output: Members | void }
  | { readonly failure: FailedAttempt }
  | { readonly denial: Denial; readonly target: Target<unknown> };

/** How far a call had got, for what is recorded when it is rolled back. */
interface Progress {
  /** What the caller may act on. */
  permitted?: Target<unknown>;
}

const NO_ATTRIBUTES = {};
const NOTHING_LOCATED: Target<unknown> = { arn: '*', row: undefined };

/**
 * The way of a request, the same for every door:
 * authenticate, validate, locate, decide, handle, record.
 */
@Injectable()
export class OperationPipeline {
  private readonly openStreams = new OpenStreams();

  constructor(
    private readonly authenticator: Authenticator,
    private readonly decider: OperationDecider,
    private readonly database: Database,
    private readonly lastUsed: LastUsed,
    private readonly strangers: Strangers,
    private readonly secondFactors: SecondFactors,
    private readonly stepUps: StepUpGuard,
    private readonly observers: Observers,
    private readonly rememberedReads: RememberedReads,
    private readonly recorder: OperationRecorder,
    private readonly settings: Settings,
  ) {}

  /**
   * @returns the operation's output, with undeclared members stripped; undefined when it has none; its `chunks` when it
   *   streams
   * @throws ApiError for everything that the caller may know of
   */
  run(call: OperationCall): Promise<Members | undefined> {
    return inRequestSpan(call.operation.name, NO_ATTRIBUTES, call.http.headers, () => this.answer(call));
  }

  private async answer(call: OperationCall): Promise<Members | undefined> {
    const startedAt = performance.now();
    try {
      const output = isPublicCall(call)
        ? await call.operation.handle(this.validate(call), call.facts)
        : await this.runAuthorized(call as AuthorizedCall);
      const { operation } = call;
      const answer = operation.streams === undefined ? operation.output?.parse(output) : { chunks: output };
      this.observers.callEnded(operation, secondsSince(startedAt));
      return answer;
    } catch (thrown) {
      this.observers.callEnded(call.operation, secondsSince(startedAt), toApiError(thrown));
      throw thrown;
    }
  }

  private async runAuthorized(call: AuthorizedCall): Promise<Members | void> {
    const { operation } = call;
    const authenticated = await this.authenticate(call);
    const input = this.validate(call);
    if (!authenticated) await this.strangers.count(call.facts);
    const caller = operation.secondFactor ? await this.withSecondFactor(call, input, authenticated) : authenticated;
    const accountId = this.accountOf(operation, input, caller);
    if (operation.streams !== undefined) this.openStreams.requireRoom(accountId);
    const outcome = await this.outcomeOf(call, input, caller, accountId);
    if ('output' in outcome) {
      if (operation.streams === undefined) return outcome.output;
      return this.openStreams.count(
        accountId,
        outcome.output as unknown as AsyncIterable<string>,
      ) as unknown as Members;
    }
    if ('failure' in outcome) throw outcome.failure;
    if (caller) await this.recorder.denial(call, caller, input, outcome.target, outcome.denial);
    throw outcome.denial.error;
  }

  private outcomeOf(
    call: AuthorizedCall,
    input: Members,
    caller: Caller | undefined,
    accountId: string,
  ): MaybePromise<Outcome> {
    const { remembered, touchesNoRows } = call.operation;
    if (touchesNoRows) return this.act(call, this.scopeOf(noTransaction, input, caller, accountId), {});
    if (!remembered) return this.actInTransaction(call, input, caller, accountId);
    const scope = this.scopeOf(noTransaction, input, caller, accountId);
    return andThen(
      this.rememberedReads.find(call.operation, scope, call.facts),
      // What is not there is looked for once more, so that a stranger hears no more of it than of anything else.
      (read) => (read ? this.recall(call, scope, read) : this.actInTransaction(call, input, caller, accountId)),
    );
  }

  /** Decides on what is remembered, and records. */
  private async recall(call: AuthorizedCall, scope: Scope, { target, output }: RememberedRead): Promise<Outcome> {
    const judgement = await this.decider.decide(call.operation, call.facts, scope, target);
    if ('denial' in judgement) return { denial: judgement.denial, target };
    if (this.settings.auditReads) await this.recorder.read(call, scope, target, judgement.grounds());
    return { output };
  }

  private async actInTransaction(
    call: AuthorizedCall,
    input: Members,
    caller: Caller | undefined,
    accountId: string,
  ): Promise<Outcome> {
    const isChange = !isRead(call.operation);
    const progress: Progress = {};
    try {
      return await this.database.forAccount(accountId, async (tx) => {
        if (isChange && !call.operation.writesNothing) await lockAccount(tx, accountId, caller);
        return this.act(call, this.scopeOf(tx, input, caller, accountId), progress);
      });
    } catch (error) {
      const { permitted } = progress;
      if (isChange && permitted && caller) await this.recorder.refusal(call, caller, input, permitted, error);
      throw error;
    }
  }

  private scopeOf(tx: Transaction, input: Members, caller: Caller | undefined, accountId: string): Scope {
    return {
      tx,
      input,
      caller: caller as Caller,
      accountId,
      partition: this.settings.partition,
      inAccount: (otherId, work) => this.database.inAccount(tx, otherId, work),
    };
  }

  /** Locate, decide, handle, record. */
  private async act(call: AuthorizedCall, scope: Scope, progress: Progress): Promise<Outcome> {
    const { operation, facts } = call;
    const target: Target<unknown> = operation.locate ? await operation.locate(scope) : NOTHING_LOCATED;
    const judgement = await this.decider.decide(call.operation, call.facts, scope, target);
    if ('denial' in judgement) return { denial: judgement.denial, target };
    progress.permitted = target;
    if ('missing' in target) throw new ApiError(target.code ?? 'NoSuchEntity', target.missing);
    await this.stepUps.require(operation, scope, target, facts.receivedAt);
    const output = await kept(() => operation.handle(scope.input, { ...scope, target: target.row, request: facts }));
    if (output instanceof FailedAttempt) {
      this.recorder.failure(call, scope, target, output);
      return { failure: output };
    }
    if (!isRead(operation) || operation.writesNothing) {
      await this.recorder.change(call, scope, target, judgement.grounds());
    } else if (this.settings.auditReads) await this.recorder.read(call, scope, target, judgement.grounds());
    return { output };
  }

  private async authenticate({ operation, door, http, facts }: AuthorizedCall): Promise<Caller | undefined> {
    const caller = await inSpan('authenticate', NO_ATTRIBUTES, () =>
      this.authenticator.authenticate(http, { door, operation }),
    );
    if (caller) {
      this.lastUsed.note(caller, operation.name, facts.receivedAt);
      return caller;
    }
    this.strangers.requireAdmitted(operation);
    return undefined;
  }

  /** The caller, who has passed MFA now if a code that came with the request says so. */
  private async withSecondFactor(
    { operation, facts }: AuthorizedCall,
    input: Members,
    caller: Caller | undefined,
  ): Promise<Caller | undefined> {
    const factor = caller && operation.secondFactor?.(input);
    if (!factor) return caller;
    await this.secondFactors.verify(caller, factor, facts);
    return { ...caller, session: { ...caller.session, mfaAuthenticatedAt: facts.receivedAt } };
  }

  private validate({ operation, rawInput }: OperationCall): Members {
    requireStorableText(rawInput);
    const parsed = operation.input.safeParse(rawInput);
    if (parsed.success) return parsed.data;
    // Only errors show what was given, and only they are worth the time it takes.
    const { error = parsed.error } = operation.input.safeParse(rawInput, { reportInput: true });
    throw inputError(operation, error.issues, rawInput);
  }

  private accountOf(operation: AuthorizedOperation, input: Members, caller: Caller | undefined): string {
    if (operation.account) return operation.account(input, caller, this.settings);
    if (caller) return caller.accountId;
    throw new Error(`${operation.name} admits strangers, so it must say in which account it acts`);
  }
}

function isPublicCall(call: OperationCall): call is OperationCall<PublicOperation> {
  return call.operation.access === 'public';
}

/** A failure that is kept leaves the transaction as a value, so that it commits. */
function kept<Output>(handle: () => MaybePromise<Output>): MaybePromise<Output | FailedAttempt> {
  const keep = (error: unknown) => {
    if (error instanceof FailedAttempt) return error;
    throw error;
  };
  try {
    const handled = handle();
    return handled instanceof Promise ? handled.catch(keep) : handled;
  } catch (error) {
    return keep(error);
  }
}

/**
 * INVARIANT: an account changes one step at a time. Whatever a change looks at (is the name free, is the quota
 * reached, is the policy attached anywhere) stays true until it commits.
 *
 * @throws ApiError InvalidClientTokenId when the caller's account was suspended or closed since it was authenticated
 */
async function lockAccount(tx: Transaction, accountId: string, caller: Caller | undefined): Promise<void> {
  const rows = await tx.$queryRaw<{ status: string }[]>`
    SELECT status::text FROM accounts WHERE account_id = ${accountId}::bpchar FOR NO KEY UPDATE`;
  if (caller?.accountId === accountId && rows[0]?.status !== 'active') {
    throw new ApiError('InvalidClientTokenId', 'The security token included in the request is invalid.');
  }
}

function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}
