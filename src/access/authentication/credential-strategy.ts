import { PassportStrategy } from '@nestjs/passport';
import type { Transaction } from '../../kernel/database/database.service.js';
import type { ApiError } from '../../kernel/errors/errors.js';
import type { Attempt } from '../../kernel/throttling/throttle-rules.js';
import type { Turns } from '../../kernel/turns.js';
import type { RequestFacts } from '../actions/request-facts.js';
import { RequestStrategy } from './request-strategy.js';

/** The proofs of the strategies, by strategy name. Each strategy adds its own by declaration merging. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- strategies add to it
export interface CredentialProofs {}

export type CredentialName = keyof CredentialProofs;

/** A credential as a request presents it. */
export interface Presented<Input = unknown> {
  /** Validated. */
  readonly input: Input;
  readonly request: RequestFacts;
}

/** What a credential claims before it is verified. */
export interface Claim {
  /** The account in which the operation acts; absent if it is known only from the verdict. */
  readonly accountId?: string;
  /** The throttle counts it, and refuses it during a delay. */
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
  /** Counted instead of the attempt in the claim. */
  readonly attempt?: Attempt;
  /** Absent: there is no event. */
  readonly presenter?: Presenter;
} & (Accepted<Proof> | Refused);

interface Accepted<Proof> {
  readonly proof: Proof;
  /** The account in which the operation acts; the event is in its audit log. */
  readonly accountId: string;
}

/** A refusal leaves an event only if it has a reason, an account and a presenter. */
interface Refused {
  readonly refusal: ApiError;
  readonly reason?: string;
  readonly accountId?: string;
}

/**
 * One kind of credential that an operation accepts instead of a caller: a Passport strategy, registered under the name
 * that the operation declares. The plan of the operation calls these methods, in this order (`src/operations/plans.ts`).
 */
export interface CredentialStrategy<Input = unknown, Named extends Claim = Claim, Proof = unknown> {
  readonly name: string;
  /** Set if verification is expensive: requests then take turns. */
  readonly turns?: Turns;

  /**
   * Only for strategies without `examine`.
   *
   * @returns the account in whose scope the transaction runs; undefined for the scope of the platform
   * @throws ApiError if the request contains nothing that could be such a credential
   */
  accountOf?(presented: Presented<Input>): string | undefined;

  /** @param tx in the scope of the platform if the strategy has `examine`; otherwise as for `validate` */
  identify?(tx: Transaction, presented: Presented<Input>): Named | Promise<Named>;

  /** Slow work, or requests to other servers: done before the transaction, while no row is locked. */
  examine?(presented: Presented<Input>, claim: Named): Promise<Named>;

  /**
   * Its writes are committed whatever the verdict; for example, a code becomes used.
   *
   * @param exchange its transaction runs in the scope of the account from the claim or `accountOf`, otherwise of the platform
   */
  validate(exchange: Exchange<Input, Named>): Promise<Verdict<Proof>>;
}

/** The base class of these strategies; the registry of operations finds them by it. */
export class NamedStrategy extends RequestStrategy {
  readonly name: string = '';
}

/** Registers the class that extends it with Passport. Its `validate` is given an `Exchange` instead of a request. */
export function CredentialNamed(name: CredentialName): abstract new () => NamedStrategy {
  abstract class Registered extends PassportStrategy(NamedStrategy, name) {
    override readonly name = name;
  }
  return Registered;
}
