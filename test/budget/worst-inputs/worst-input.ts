import type { TestCertificate } from '../../support/certificates.js';
import type { Json } from '../largest-input.js';
import type { Prepared } from '../prepared.js';

/** What inputs are made for. */
export interface FullAccount {
  readonly accountId: string;
  /** Another number with each call, for names that must be new. */
  readonly call: number;
  readonly certificate: TestCertificate;
  readonly prepared: Prepared;
  /** A user of the account `medium`. */
  readonly mediumUserArn: string;
}

/** Who calls operations. */
export type CallerName =
  | 'operator'
  | 'nobody'
  /** The owner of an account with 8 MB of policies. */
  | 'medium'
  /** Of an account that was made for the call. */
  | 'newcomer'
  /** A registered service, and a workload of it. */
  | 'service'
  | 'workload'
  /** A user of the full account with an access key, and a session of a role with many tags. */
  | 'user'
  | 'session'
  /** A user of the full account who signed in with a security key. */
  | 'member';

/** The most expensive input that an operation takes. */
export interface WorstInput {
  /** By default the root user of the full account. */
  readonly as?: CallerName;
  /**
   * Instead of the largest values that the schema allows. Members that are undefined are left out. A function may call
   * operations that the call needs; they are not measured.
   */
  readonly input?: Json | ((account: FullAccount) => Json | Promise<Json>);
  /** The status, or the code of an error: a refusal of the input's form would measure nothing. */
  readonly answers: number | string;
  /** Comes after all others, in the order of the table: it ends what they need. */
  readonly isLast?: true;
}

/** By operation; a status or code alone stands for the largest input of the root user. */
export type WorstInputs = Readonly<Record<string, number | string | WorstInput | readonly WorstInput[]>>;

export function worstInputsOf(entry: WorstInputs[string]): readonly WorstInput[] {
  if (typeof entry === 'object') return Array.isArray(entry) ? (entry as readonly WorstInput[]) : [entry as WorstInput];
  return [{ answers: entry }];
}

/** As long as it may be, and new. */
export function newName({ call }: FullAccount, length: number): string {
  return `new${call}`.padEnd(length, 'x');
}
