import type { TestCertificate } from '../../support/certificates.js';
import type { Json } from '../largest-input.js';
import type { Prepared } from '../prepared.js';

/** The context of inputs. */
export interface FullAccount {
  readonly accountId: string;
  /** A different number for each call, for names that must be new. */
  readonly call: number;
  readonly certificate: TestCertificate;
  readonly prepared: Prepared;
  /** A user of the account `medium`. */
  readonly mediumUserArn: string;
}

/** The callers of operations. */
export type CallerName =
  | 'operator'
  | 'nobody'
  /** The owner of an account with 8 MB of policies. */
  | 'medium'
  /** The owner of an account that was created for the call. */
  | 'newcomer'
  /** A registered service, and a workload of it. */
  | 'service'
  | 'workload'
  /** A user of the full account with an access key, and a session of a role with many tags. */
  | 'user'
  | 'session'
  /** A user of the full account who signed in with a security key. */
  | 'member';

/** The most expensive input of an operation. */
export interface WorstInput {
  /** Default: the root user of the full account. */
  readonly as?: CallerName;
  /**
   * Replaces the largest values that the schema permits. Members that are undefined are omitted. A function may call
   * operations that the call needs; they are not measured.
   */
  readonly input?: Json | ((account: FullAccount) => Json | Promise<Json>);
  /** The expected status or error code: a refusal of the input's form would measure nothing. */
  readonly answers: number | string;
  /** Runs after all others, in the order of the table, because it deletes what they need. */
  readonly isLast?: true;
}

/** By operation; a status or code alone stands for the largest input of the root user. */
export type WorstInputs = Readonly<Record<string, number | string | WorstInput | readonly WorstInput[]>>;

export function worstInputsOf(entry: WorstInputs[string]): readonly WorstInput[] {
  if (typeof entry === 'object') return Array.isArray(entry) ? (entry as readonly WorstInput[]) : [entry as WorstInput];
  return [{ answers: entry }];
}

/** A new name of the maximum length. */
export function newName({ call }: FullAccount, length: number): string {
  return `new${call}`.padEnd(length, 'x');
}
