import { networkOf } from './network.js';

/** The purpose of an attempt: each has its own count. */
export type Purpose =
  | 'password'
  | 'ownPassword'
  | 'passkey'
  | 'step'
  | 'code'
  | 'deviceCodes'
  | 'refresh'
  | 'recovery'
  | 'emailToken'
  | 'recoveryMail'
  | 'confirmationMail'
  | 'record'
  | 'signUp'
  | 'newEmail'
  | 'federation';

/** Secrets that can be guessed. Consecutive failures of each are limited (NIST SP 800-63B-4 §3.2.2). */
const guessable: ReadonlySet<Purpose> = new Set<Purpose>(['password', 'ownPassword', 'code', 'deviceCodes']);

/** An attempt that may be a guess. */
export interface Attempt {
  readonly purpose: Purpose;
  /** The principal that was named; it need not exist. Absent: none was named. */
  readonly principal?: string;
  /**
   * The address of the attempt. Absent: the caller is already authenticated as the principal, so strangers cannot
   * increase its count, and a thief of its session or key gains nothing by changing addresses.
   */
  readonly address?: string;
  /** The principal has signed in from this address before. */
  readonly isKnownAddress: boolean;
  /** The attempt succeeds only together with a second factor, so other attempts without one do not delay it. */
  readonly carriesSecondFactor?: boolean;
  /**
   * The subject of the attempt, such as an account: attempts from one address on different subjects are counted
   * separately.
   */
  readonly realm?: string;
  /** Default: the rule of the purpose. */
  readonly rule?: Rule;
  /** Runs in the same transaction, in the scope of the platform, if this failure locks the factor. */
  readonly whenLocked?: () => Promise<void>;
}

/** How failures of one kind are handled. */
export interface Rule {
  /** Failures without a delay. */
  readonly free: number;
  /** After this many seconds one failure is forgotten. `Infinity`: only a success forgets. */
  readonly leakSeconds: number;
  /** The first delay; each following one is twice as long. */
  readonly firstSeconds?: number;
  /** The longest delay. `Infinity`: the first failure above `free` locks. */
  readonly maximumSeconds: number;
}

export interface Bucket {
  readonly key: readonly string[];
  /** The subject by which `Throttle.forget` finds the bucket; absent: it names no principal. */
  readonly subject?: readonly string[];
  readonly rule: Rule;
  /** A delay of this bucket delays this attempt. */
  readonly holds: boolean;
  /** A failure of this attempt is added to this bucket. */
  readonly counts: boolean;
  /** A success empties this bucket. */
  readonly forgives: boolean;
}

/** One principal from one address: a guesser, or a person who mistypes. */
const pairRule: Rule = { free: 5, leakSeconds: 3600, maximumSeconds: 900 };
/** One principal from many addresses: a distributed guesser. */
const principalRule: Rule = { free: 20, leakSeconds: 600, maximumSeconds: 60 };
/** Many principals from one address: one password tried on everyone, or a company behind one address. */
const addressRule: Rule = { free: 300, leakSeconds: 10, maximumSeconds: 15 };
/** Source: NIST SP 800-63B-4 §3.2.2, at most 100 consecutive failures. */
const bound: Rule = { free: 99, leakSeconds: Infinity, maximumSeconds: Infinity };

/** Wrong tokens and passkeys from one address. They cannot be guessed; the limit is for the work that they cause. */
export const tokenRule: Rule = { free: 100, leakSeconds: 10, maximumSeconds: 15 };

/**
 * Failures of one address at one account that are recorded individually in its audit log: twenty per hour on average.
 */
export const recordRule: Rule = { free: 20, leakSeconds: 180, maximumSeconds: 180 };

/** Mails that strangers cause to one address. The delays are shorter than the lifetime of a recovery link. */
export const mailRule: Rule = { free: 3, leakSeconds: 7200, firstSeconds: 300, maximumSeconds: 1200 };
/** Like `mailRule`, for mails whose links do not replace each other, from all networks together. */
export const mailboxRule: Rule = { ...mailRule, free: 20 };

/** Accounts, or mails, that one address requests: twenty per hour on average. @param free without a delay */
export function requestRule(free: number): Rule {
  return { free, leakSeconds: 180, maximumSeconds: 900 };
}

/**
 * Invalid tokens of identity providers, from one address at one account: a misconfigured workload tries every few
 * seconds, and others may share its address.
 */
export const federationRule: Rule = { free: 50, leakSeconds: 5, maximumSeconds: 60 };

/**
 * The buckets in which an attempt is counted. Strangers share the delays of the principal and of the address, which are
 * short. From an address where the principal has signed in before, only the failures made there count. A stranger
 * therefore cannot lock an owner out of all ways to sign in (docs/decisions/0039-failure-bounds.md).
 */
export function bucketsOf(attempt: Attempt): Bucket[] {
  const { purpose, principal, address, isKnownAddress, carriesSecondFactor = false, realm } = attempt;
  if (address === undefined) return callerBuckets(attempt);
  const network = networkOf(address);
  const others = { holds: !isKnownAddress && !carriesSecondFactor, counts: true, forgives: false };
  // Attempts with a second factor have a separate count, because each still costs a password hash.
  const kind = carriesSecondFactor ? 'addressWithFactor' : 'address';
  const rule = attempt.rule ?? addressRule;
  const key = [purpose, kind, network, ...(realm === undefined ? [] : [realm])];
  const ofAddress = { key, rule, ...others, holds: !isKnownAddress };
  if (principal === undefined) return [ofAddress];
  const named = { subject: [purpose, principal] };
  const own = { ...named, holds: true, counts: true, forgives: true };
  const buckets: Bucket[] = [
    { key: [purpose, 'pair', principal, network], rule: pairRule, ...own },
    { key: [purpose, 'principal', principal], rule: principalRule, ...named, ...others },
    ofAddress,
  ];
  if (!guessable.has(purpose)) return buckets;
  const fromStrangers = { holds: !isKnownAddress && !carriesSecondFactor, counts: !isKnownAddress, forgives: true };
  const fromKnown = { holds: isKnownAddress, counts: isKnownAddress, forgives: true };
  return [
    ...buckets,
    { key: [purpose, 'bound', principal], rule: bound, ...named, ...fromStrangers },
    { key: [purpose, 'bound', principal, network], rule: bound, ...named, ...fromKnown },
  ];
}

/** @throws Error if the attempt names nothing to count by */
function callerBuckets({ purpose, principal, rule = pairRule }: Attempt): Bucket[] {
  if (principal === undefined) throw new Error('An attempt requires a principal, an address, or both');
  const own = { subject: [purpose, principal], holds: true, counts: true, forgives: true };
  const delayed = { key: [purpose, 'caller', principal], rule, ...own };
  return guessable.has(purpose) ? [delayed, { key: [purpose, 'bound', principal], rule: bound, ...own }] : [delayed];
}

/** @param failures that have not been forgotten yet */
export function delaySeconds(failures: number, { free, firstSeconds = 1, maximumSeconds }: Rule): number {
  if (failures <= free) return 0;
  if (maximumSeconds === Infinity) return Infinity;
  return Math.min(maximumSeconds, firstSeconds * 2 ** (Math.ceil(failures - free) - 1));
}

/** The failures that remain after some time. */
export function leaked(failures: number, elapsedSeconds: number, { leakSeconds }: Rule): number {
  return Math.max(0, failures - Math.max(0, elapsedSeconds) / leakSeconds);
}

/** The principal of password attempts: the name that was given, normalized, whether it exists or not. */
export function signInName(
  named: { readonly email: string } | { readonly account: string; readonly userName: string },
): string {
  if ('email' in named) return `root/${named.email.toLowerCase()}`;
  return `user/${named.account.toLowerCase()}/${named.userName.toLowerCase()}`;
}
