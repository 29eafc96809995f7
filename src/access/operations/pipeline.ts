import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../common/errors.js';
import { validationError } from '../../common/validation.js';
import { Settings } from '../../config/settings.js';
import { Database, type Transaction } from '../../database/database.service.js';
import { PolicyEpochs } from '../../database/policy-epochs.js';
import { AccessFacts } from '../access-facts.service.js';
import { type AuditEntry, AuditTrail } from '../audit/audit-trail.js';
import { failureReason } from '../audit/failure-reason.js';
import { Authenticator } from '../authentication/authenticator.service.js';
import { SecondFactors } from '../authentication/second-factors.js';
import { Authorizer, type Denial, type Judgement, type Question } from '../authorizer.service.js';
import type { Caller } from '../caller.js';
import { LastUsed } from '../last-used.service.js';
import { Observers } from '../observers.js';
import { FailedAttempt } from './failed-attempt.js';
import {
  type AuthorizedOperation,
  isRead,
  type LocateScope,
  type Operation,
  type PublicOperation,
  type RequestFacts,
  type Target,
} from './operation.js';
import { operationConditions } from './operation-conditions.js';
import { sessionLimit } from '../session-limits.js';
import { toApiError } from '../to-api-error.js';
import { redact } from './redact.js';

type Members = Record<string, unknown>;

/** One call of one operation, whichever door it came through. */
export interface OperationCall<Called extends Operation = Operation> {
  readonly operation: Called;
  /** The HTTP request, which the authenticators read. */
  readonly http: FastifyRequest;
  readonly facts: RequestFacts;
  /** The input as the door decoded it, not yet validated. */
  readonly rawInput: unknown;
}

type AuthorizedCall = OperationCall<AuthorizedOperation>;

/**
 * The way of a request, the same for every door:
 * authenticate, validate, locate, decide, handle, record.
 */
@Injectable()
export class OperationPipeline {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly authorizer: Authorizer,
    private readonly database: Database,
    private readonly epochs: PolicyEpochs,
    private readonly auditTrail: AuditTrail,
    private readonly lastUsed: LastUsed,
    private readonly accessFacts: AccessFacts,
    private readonly secondFactors: SecondFactors,
    private readonly observers: Observers,
    private readonly settings: Settings,
  ) {}

  /**
   * @returns the operation's output, with undeclared members stripped; undefined when it has none; its `chunks` when it
   *   streams
   * @throws ApiError for everything that the caller may know of
   */
  async run(call: OperationCall): Promise<Members | undefined> {
    const startedAt = performance.now();
    const seconds = () => (performance.now() - startedAt) / 1000;
    try {
      const output = await this.answer(call);
      this.observers.callEnded(call.operation, seconds());
      return output;
    } catch (thrown) {
      this.observers.callEnded(call.operation, seconds(), toApiError(thrown));
      throw thrown;
    }
  }

  private async answer(call: OperationCall): Promise<Members | undefined> {
    const output = isPublicCall(call)
      ? await call.operation.handle(this.validate(call), call.facts)
      : await this.runAuthorized(call as AuthorizedCall);
    return call.operation.streams === undefined ? call.operation.output?.parse(output) : { chunks: output };
  }

  private async runAuthorized(call: AuthorizedCall): Promise<Members | void> {
    const { operation, facts } = call;
    const authenticated = await this.authenticate(call);
    const input = this.validate(call);
    const caller = await this.withSecondFactor(call, input, authenticated);
    const accountId = this.accountOf(operation, input, caller);

    let permitted: Target<unknown> | undefined;
    const act = async (tx: Transaction) => {
      if (!isRead(operation) && !operation.writesNothing) await lockAccount(tx, accountId, caller);
      const scope: LocateScope<Members> = {
        tx,
        input,
        caller: caller as Caller,
        accountId,
        partition: this.settings.partition,
        inAccount: (otherId, work) => this.database.inAccount(tx, otherId, work),
      };
      const target: Target<unknown> = (await operation.locate?.(scope)) ?? { arn: '*', row: undefined };
      const judgement = await this.decide(call, scope, target);
      if ('denial' in judgement) return { denial: judgement.denial, target };
      permitted = target;
      if ('missing' in target) throw new ApiError('NoSuchEntity', target.missing);
      const output = await kept(operation.handle(input, { ...scope, target: target.row, request: facts }));
      if (output instanceof FailedAttempt) {
        this.recordFailure(call, scope, target, output);
        return { failure: output };
      }
      if (!isRead(operation) || operation.writesNothing)
        await this.recordChange(call, scope, target, judgement.grounds);
      else if (this.settings.auditReads) await this.recordRead(call, scope, target, judgement.grounds);
      return { output };
    };
    const acting = operation.touchesNoRows ? act(noTransaction) : this.database.forAccount(accountId, act);
    const outcome = await acting.catch(async (error: unknown) => {
      if (permitted && caller && !isRead(operation)) await this.recordRefusal(call, caller, input, permitted, error);
      throw error;
    });

    if (outcome.denial && caller) {
      await this.recordDenial(call, caller, input, outcome.target, outcome.denial);
      throw outcome.denial.error;
    }
    if (outcome.failure) throw outcome.failure;
    return outcome.output;
  }

  private async authenticate({ operation, http, facts }: AuthorizedCall): Promise<Caller | undefined> {
    const caller = await this.authenticator.authenticate(http);
    if (caller) {
      this.lastUsed.note(caller, operation.name, facts.receivedAt);
      return caller;
    }
    if (operation.access === 'signUp' && this.settings.signUp === 'open') return undefined;
    throw new ApiError('MissingAuthenticationToken', 'Request is missing Authentication Token');
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
    const parsed = operation.input.safeParse(rawInput, { reportInput: true });
    if (!parsed.success) throw validationError(parsed.error.issues);
    return parsed.data;
  }

  private accountOf(operation: AuthorizedOperation, input: Members, caller: Caller | undefined): string {
    if (operation.account) return operation.account(input, caller, this.settings);
    if (caller) return caller.accountId;
    throw new Error(`${operation.name} admits strangers, so it must say in which account it acts`);
  }

  private async decide(
    { operation, facts }: AuthorizedCall,
    scope: LocateScope<Members>,
    target: Target<unknown>,
  ): Promise<Judgement> {
    // A stranger gets here only through an operation that admits strangers.
    if (!scope.caller) return { grounds: 'Needs no permission' };
    const limit = sessionLimit(scope.caller, operation.permission ?? operation.name);
    if (limit !== undefined) {
      this.accessFacts.note(scope.caller, operation.name, false);
      const resourceAccountId = scope.accountId;
      const question = { action: operation.name, resource: target.arn, resourceAccountId, context: new Map() };
      return { denial: this.authorizer.implicitDenial(scope.caller, question, limit) };
    }
    if (operation.access === 'authenticated') {
      this.accessFacts.note(scope.caller, operation.name, true);
      return { grounds: 'Needs no permission' };
    }
    const context = operationConditions(operation, scope, target, facts);
    const resourceAccountId = target.ownerId ?? scope.accountId;
    const itsPolicy = target.policy ? { resourcePolicy: target.policy } : {};
    const trust = target.trust ? { trust: target.trust } : {};
    const question = {
      action: operation.permission ?? operation.name,
      resource: target.arn,
      resourceAccountId,
      context,
      ...itsPolicy,
      ...trust,
    };
    const questions: Question[] = [question];
    for (const { action, resource, conditions } of (await operation.alsoRequires?.(scope, target)) ?? []) {
      const more = new Map([...context, ...Object.entries(conditions ?? {}).map(lowerCaseKey)]);
      questions.push({ action, resource, resourceAccountId, context: more, ...trust });
    }
    const judgements: Judgement[] = [];
    for (const asked of questions) {
      const judgement = this.authorizer.judge(scope.caller, asked);
      if ('denial' in judgement) return judgement;
      judgements.push(judgement);
    }
    const reason = closedTo(operation, scope.caller);
    if (reason === undefined) return judgements[0]!;
    return { denial: this.authorizer.implicitDenial(scope.caller, question, reason) };
  }

  /** A change leaves an audit event, and raises the policy epoch if it can alter a decision: all or nothing. */
  private async recordChange(
    call: AuthorizedCall,
    scope: LocateScope<Members>,
    target: Target<unknown>,
    grounds: string,
  ): Promise<void> {
    this.recordAllowed(call, scope, target, grounds);
    const { keepsEpoch, writesNothing } = call.operation;
    if (!keepsEpoch && !writesNothing) await this.epochs.advance(scope.tx, scope.accountId);
  }

  private async recordRead(
    call: AuthorizedCall,
    scope: LocateScope<Members>,
    target: Target<unknown>,
    grounds: string,
  ): Promise<void> {
    if (!call.operation.touchesNoRows) return this.recordAllowed(call, scope, target, grounds);
    await this.database.forAccount(scope.accountId, async (tx) => {
      this.recordAllowed(call, { ...scope, tx }, target, grounds);
      return Promise.resolve();
    });
  }

  private recordFailure(
    { operation, facts }: AuthorizedCall,
    { tx, input, caller, accountId }: LocateScope<Members>,
    target: Target<unknown>,
    { message: reason }: FailedAttempt,
  ): void {
    const entry = auditEntry(operation, caller, input, target);
    this.auditTrail.record(tx, accountId, { ...entry, outcome: 'failed', reason }, facts);
  }

  private recordAllowed(
    { operation, facts }: AuthorizedCall,
    { tx, input, caller, accountId }: LocateScope<Members>,
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
  private async recordDenial(
    { operation, facts }: AuthorizedCall,
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
  private async recordRefusal(
    { operation, facts }: AuthorizedCall,
    caller: Caller,
    input: Members,
    target: Target<unknown>,
    error: unknown,
  ): Promise<void> {
    // What a throttle sends away must not cost a row either.
    if (!(error instanceof ApiError) || error.status >= 500 || error.code === 'Throttling') return;
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

/** @returns why the operation is not for callers of this kind, in the words that follow the resource of a denial */
function closedTo({ access }: AuthorizedOperation, { isManagement, principal }: Caller): string | undefined {
  if (access === 'management' && !isManagement) return 'because only the management account may';
  if (access === 'service' && principal.type !== 'service') return 'because only services of the platform may';
  return undefined;
}

/** What an operation is given that has declared to touch no rows. */
const noTransaction = new Proxy({} as Transaction, {
  get() {
    throw new Error('The operation is declared to touch no rows');
  },
});

function isPublicCall(call: OperationCall): call is OperationCall<PublicOperation> {
  return call.operation.access === 'public';
}

/** A failure that is kept leaves the transaction as a value, so that it commits. */
async function kept<Output>(handled: Promise<Output>): Promise<Output | FailedAttempt> {
  try {
    return await handled;
  } catch (error) {
    if (error instanceof FailedAttempt) return error;
    throw error;
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

function lowerCaseKey([key, value]: [string, string | readonly string[]]): [string, string | readonly string[]] {
  return [key.toLowerCase(), value];
}
