import type { FastifyRequest } from 'fastify';
import type { Door } from '../access/authentication/authentication-strategy.js';
import type { ActionScope, LocateScope } from '../access/actions/action.js';
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

/** One call of one operation, through any door. */
export interface OperationCall<Called extends Operation = Operation> {
  readonly operation: Called;
  readonly door: Door;
  /** The HTTP request, for authentication. */
  readonly http: FastifyRequest;
  readonly facts: RequestFacts;
  /** The input as decoded by the door, not yet validated. */
  readonly rawInput: unknown;
}

/** The scope of a call that may have no caller. */
export type OpenScope = LocateScope<Members, Caller | undefined>;

/** Why a call ends with an error although its transaction commits: a denial, or a failed attempt. */
export interface Refusal {
  readonly error: ApiError;
  /** Writes the audit event of a denial, when the transaction has ended. That of a failed attempt is part of it. */
  readonly record?: () => Promise<void>;
}

/** What is known of the credential of a call, or of a stranger's request, so far. */
export interface ExchangeState {
  readonly tx: Transaction;
  claim: Claim;
  verdict: Verdict | undefined;
  /** The answer, when the operation has succeeded with an error. */
  error: ApiError | undefined;
}

const NOTHING_LOCATED: Target<unknown> = { arn: '*', row: undefined };

/** The state of a call: each step of its plan adds to it. */
export class OperationRun<Called extends Operation = Operation> {
  /** Absent before `authenticate`, and for calls without credentials. */
  caller: Caller | undefined;
  /** Validated. */
  input: Members = {};
  /** The account in which the operation acts. */
  accountId = '';
  scope!: OpenScope;
  target: Target<unknown> = NOTHING_LOCATED;
  /** The call was allowed. */
  isPermitted = false;
  /** Why it was allowed, for the audit log. */
  grounds: () => string = () => 'Needs no permission';
  output: Output = undefined;
  refusal: Refusal | undefined;
  /** Of operations without a caller. */
  exchange: ExchangeState | undefined;

  constructor(readonly call: OperationCall<Called>) {}

  /**
   * Resets what the steps of a transaction have found, because the transaction may run again after a write conflict.
   */
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

  /** INVARIANT: operations for callers never run without a caller. */
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
