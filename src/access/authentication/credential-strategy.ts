import { PassportStrategy } from '@nestjs/passport';
import type { Transaction } from '../../kernel/database/database.service.js';
import type { ApiError } from '../../kernel/errors/errors.js';
import type { Attempt } from '../../kernel/throttling/throttle-rules.js';
import type { Turns } from '../../kernel/turns.js';
import type { RequestFacts } from '../actions/request-facts.js';
import { RequestStrategy } from './request-strategy.js';

/** What the strategies find, by their names. Each strategy adds its own. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- is added to
export interface CredentialProofs {}

export type CredentialName = keyof CredentialProofs;

/** A credential as a request presents it. */
export interface Presented<Input = unknown> {
  /** Validated. */
  readonly input: Input;
  readonly request: RequestFacts;
}

/** What a credential names before it is verified. */
export interface Claim {
  /** The account acted in; absent when only the verdict tells it. */
  readonly accountId?: string;
  /** Counted by the throttle, and refused while the throttle delays it. */
  readonly attempt?: Attempt;
}

/** A credential that is verified in a transaction. */
export interface Exchange<Input = unknown, Named extends Claim = Claim> extends Presented<Input> {
  readonly tx: Transaction;
  readonly claim: Named;
}

/** The holder of a credential, as the audit log describes it. */
export interface Presenter {
  readonly callerArn: string;
  readonly callerId: string;
  readonly resourceArn: string;
  /** Without secrets. */
  readonly input: unknown;
  /** Why the operation is allowed, when it is. */
  readonly grounds?: string;
}

export type Verdict<Proof = unknown> = {
  /** Counted instead of the attempt of the claim. */
  readonly attempt?: Attempt;
  /** Absent: there is no event. */
  readonly presenter?: Presenter;
} & (Accepted<Proof> | Refused);

interface Accepted<Proof> {
  readonly proof: Proof;
  /** The account acted in, whose audit log has the event. */
  readonly accountId: string;
}

/** Without a reason, an account and a presenter, a refusal leaves no event. */
interface Refused {
  readonly refusal: ApiError;
  readonly reason?: string;
  readonly accountId?: string;
}

/**
 * One kind of credential that an operation takes instead of a caller: a strategy of Passport, registered by the name that
 * the operation declares. The plan of the operation calls these methods, in this order (`src/operations/plans.ts`).
 */
export interface CredentialStrategy<Input = unknown, Named extends Claim = Claim, Proof = unknown> {
  readonly name: string;
  /** Verifying takes so much time that requests wait for each other. */
  readonly turns?: Turns;

  /**
   * Of strategies without `examine`.
   *
   * @returns the account whose scope the transaction has; undefined: the scope of the platform
   * @throws ApiError when the request presents nothing that could be such a credential
   */
  accountOf?(presented: Presented<Input>): string | undefined;

  /** @param tx in the scope of the platform when the strategy has `examine`; else as for `validate` */
  identify?(tx: Transaction, presented: Presented<Input>): Named | Promise<Named>;

  /** What takes time or asks other servers: it is done before the transaction, while no row is locked. */
  examine?(presented: Presented<Input>, claim: Named): Promise<Named>;

  /**
   * What it writes is committed, whatever the verdict: a code is used up.
   *
   * @param exchange its transaction has the scope of the account of the claim or of `accountOf`, else of the platform
   */
  validate(exchange: Exchange<Input, Named>): Promise<Verdict<Proof>>;
}

/** The base of these strategies, by which the registry of operations finds them. */
export class NamedStrategy extends RequestStrategy {
  readonly name: string = '';
}

/** Registers the class that extends it with Passport, which hands its `validate` an `Exchange` instead of a request. */
export function CredentialNamed(name: CredentialName): abstract new () => NamedStrategy {
  abstract class Registered extends PassportStrategy(NamedStrategy, name) {
    override readonly name = name;
  }
  return Registered;
}
