import type { FastifyRequest } from 'fastify';
import type { Door } from '../access/authentication/authentication-strategy.js';
import type { ActionScope, LocateScope } from '../access/actions/action.js';
import type { Denial } from '../access/authorization/authorizer.service.js';
import type { Target } from '../access/actions/target.js';
import type { Caller } from '../access/actions/caller.js';
import type { RequestFacts } from '../access/actions/request-facts.js';
import type { Claim, Verdict } from '../access/authentication/credential-strategy.js';
import type { Transaction } from '../kernel/database/database.service.js';
import type { ApiError } from '../kernel/errors/errors.js';
import type {
  AuthorizedOperation,
  CredentialOperation,
  Members,
  Operation,
  Output,
  PublicOperation,
} from './operation.js';

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

/** The scope of a call whose caller may be a stranger. */
export type OpenScope = LocateScope<Members, Caller | undefined>;

/** Why a call ends without an answer although its transaction commits: a denial leaves nothing, a failed attempt does. */
export type Refusal = { readonly denial: Denial } | { readonly failure: ApiError };

/** What is known of the credential of a call, or of a stranger's request, so far. */
export interface ExchangeState {
  readonly tx: Transaction;
  claim: Claim;
  verdict: Verdict | undefined;
  /** The answer, when the operation has succeeded with an error. */
  error: ApiError | undefined;
}

const NOTHING_LOCATED: Target<unknown> = { arn: '*', row: undefined };

/** What is known of a call so far: each step of its plan adds to it. */
export class OperationRun<Called extends Operation = Operation> {
  /** Absent until `authenticate`, and for strangers. */
  caller: Caller | undefined;
  /** Validated. */
  input: Members = {};
  /** The account acted in. */
  accountId = '';
  scope!: OpenScope;
  target: Target<unknown> = NOTHING_LOCATED;
  /** The decision was to allow. */
  isPermitted = false;
  /** What allowed it, for the audit log. */
  grounds: () => string = () => 'Needs no permission';
  output: Output = undefined;
  refusal: Refusal | undefined;
  /** Of operations without a caller. */
  exchange: ExchangeState | undefined;

  constructor(readonly call: OperationCall<Called>) {}

  /** Forgets what steps of a transaction found: it begins, perhaps not for the first time (write conflicts). */
  begin(scope: OpenScope): void {
    this.scope = scope;
    this.target = NOTHING_LOCATED;
    this.isPermitted = false;
    this.output = undefined;
    this.refusal = undefined;
  }

  /** As `begin`, for operations without a caller. */
  beginExchange(tx: Transaction): void {
    this.exchange = { tx, claim: this.exchange?.claim ?? {}, verdict: undefined, error: undefined };
    this.output = undefined;
    this.refusal = undefined;
  }

  /** INVARIANT: what only callers may do is never done for a stranger. */
  get callerScope(): ActionScope {
    if (!isByCaller(this.scope)) throw new Error(`${this.call.operation.name} was called without a caller`);
    return this.scope;
  }
}

export type AuthorizedRun = OperationRun<AuthorizedOperation>;
export type CredentialRun = OperationRun<CredentialOperation>;
export type PublicRun = OperationRun<PublicOperation>;

function isByCaller(scope: OpenScope): scope is ActionScope {
  return scope.caller !== undefined;
}
