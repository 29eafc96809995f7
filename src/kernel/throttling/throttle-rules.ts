import { networkOf } from './network.js';

/** What is tried: each has its own count. */
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

/** Secrets that can be guessed. Consecutive failures at each are bounded (NIST SP 800-63B-4 §3.2.2). */
const guessable: ReadonlySet<Purpose> = new Set<Purpose>(['password', 'ownPassword', 'code', 'deviceCodes']);

/** An attempt that may be a guess. */
export interface Attempt {
  readonly purpose: Purpose;
  /** The principal that is named; it need not exist. Absent: nobody is named. */
  readonly principal?: string;
  /**
   * Where it comes from. Absent: the caller is already authenticated as the principal, so no stranger can fill its count,
   * and a thief of its session or key gains nothing by changing addresses.
   */
  readonly address?: string;
  /** The principal has signed in from this address before. */
  readonly isKnownAddress: boolean;
  /** It counts only together with a second factor, so what others guess at the first one does not hold it up. */
  readonly carriesSecondFactor?: boolean;
  /** What it concerns, such as an account: attempts from one address at different ones are counted apart. */
  readonly realm?: string;
  /** Default: the rule of the purpose. */
  readonly rule?: Rule;
  /** Counts attempts at all realms together too. */
  readonly ruleOfAllRealms?: Rule;
  /** Runs in the same transaction, in the scope of the platform, when this failure locks the factor. */
  readonly whenLocked?: () => Promise<void>;
}

/** How failures of one kind are answered. */
export interface Rule {
  /** Failures without a delay. */
  readonly free: number;
  /** After this many seconds one failure is forgotten. `Infinity`: only a success forgets. */
  readonly leakSeconds: number;
  /** The first delay; each further one is twice as long. */
  readonly firstSeconds?: number;
  /** The longest delay. `Infinity`: the first failure too many locks. */
  readonly maximumSeconds: number;
}

export interface Bucket {
  readonly key: readonly string[];
  /** By which `Throttle.forget` finds it; absent: it names no principal. */
  readonly subject?: readonly string[];
  readonly rule: Rule;
  /** A delay of this bucket holds this attempt up. */
  readonly holds: boolean;
  /** A failure of this attempt is added. */
  readonly counts: boolean;
  /** A success empties it. */
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

/** Wrong tokens and passkeys from one address. They cannot be guessed; what is bounded is the work that they make. */
const tokenRule: Rule = { free: 100, leakSeconds: 10, maximumSeconds: 15 };

/** Failures of one address at one account that stand in its audit log one by one: twenty an hour in the long run. */
export const recordRule: Rule = { free: 20, leakSeconds: 180, maximumSeconds: 180 };

/** Mails that strangers cause to one address. The delays are shorter than the lifetime of a recovery link. */
export const mailRule: Rule = { free: 3, leakSeconds: 7200, firstSeconds: 300, maximumSeconds: 1200 };
/** As `mailRule`, of mails whose links do not stand in for each other, from all networks together. */
export const mailboxRule: Rule = { ...mailRule, free: 20 };

/** Accounts, or mails, that one address asks for: twenty an hour in the long run. @param free without a delay */
export function requestRule(free: number): Rule {
  return { free, leakSeconds: 180, maximumSeconds: 900 };
}

/**
 * Tokens of identity providers that cannot be verified, from one address at one account: a workload that is set up wrongly
 * tries every few seconds, and others may share its address.
 */
const federationRule: Rule = { free: 50, leakSeconds: 5, maximumSeconds: 60 };
/** As `federationRule`, at all accounts together: the accounts need not exist, and each has a row of its own. */
const federationAddressRule: Rule = { free: 500, leakSeconds: 10, maximumSeconds: 15 };

/** Purposes of attempts that name nobody, each with the rule of an address. */
const ADDRESS_RULES = {
  passkey: tokenRule,
  step: tokenRule,
  refresh: tokenRule,
  emailToken: tokenRule,
  recovery: requestRule(20),
  federation: federationRule,
} as const satisfies Partial<Record<Purpose, Rule>>;

export type AddressPurpose = keyof typeof ADDRESS_RULES;

/**
 * An attempt that names nobody and is counted by its address alone.
 *
 * @param realm see `Attempt.realm`
 */
export function attemptFrom(address: string, purpose: AddressPurpose, realm?: string): Attempt {
  const rule = ADDRESS_RULES[purpose];
  const attempt = { purpose, address, isKnownAddress: false, rule };
  return realm === undefined ? attempt : { ...attempt, realm, ruleOfAllRealms: federationAddressRule };
}

/**
 * What an attempt is counted in. Strangers share the delays of the principal and of the address, which are short; where the
 * principal has signed in before, only the failures made there count. So a stranger cannot lock an owner out of all ways in
 * (docs/decisions/0039-failure-bounds.md).
 */
export function bucketsOf(attempt: Attempt): Bucket[] {
  const { purpose, principal, address, isKnownAddress, carriesSecondFactor = false, realm } = attempt;
  if (address === undefined) return callerBuckets(attempt);
  const network = networkOf(address);
  const others = { holds: !isKnownAddress && !carriesSecondFactor, counts: true, forgives: false };
  // Attempts with a second factor have a count of their own: each still costs a password hash.
  const kind = carriesSecondFactor ? 'addressWithFactor' : 'address';
  const rule = attempt.rule ?? addressRule;
  const key = [purpose, kind, network, ...(realm === undefined ? [] : [realm])];
  const ofAddress = { key, rule, ...others, holds: !isKnownAddress };
  if (principal === undefined) {
    const { ruleOfAllRealms } = attempt;
    const key = [purpose, kind, network];
    return ruleOfAllRealms ? [ofAddress, { ...ofAddress, key, rule: ruleOfAllRealms }] : [ofAddress];
  }
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

/** @throws Error when nothing is named to count by */
function callerBuckets({ purpose, principal, rule = pairRule }: Attempt): Bucket[] {
  if (principal === undefined) throw new Error('An attempt requires a principal, an address, or both');
  const own = { subject: [purpose, principal], holds: true, counts: true, forgives: true };
  const delayed = { key: [purpose, 'caller', principal], rule, ...own };
  return guessable.has(purpose) ? [delayed, { key: [purpose, 'bound', principal], rule: bound, ...own }] : [delayed];
}

/** @param failures after what has leaked away */
export function delaySeconds(failures: number, { free, firstSeconds = 1, maximumSeconds }: Rule): number {
  if (failures <= free) return 0;
  if (maximumSeconds === Infinity) return Infinity;
  return Math.min(maximumSeconds, firstSeconds * 2 ** (Math.ceil(failures - free) - 1));
}

/** The failures that are left after some time. */
export function leaked(failures: number, elapsedSeconds: number, { leakSeconds }: Rule): number {
  return Math.max(0, failures - Math.max(0, elapsedSeconds) / leakSeconds);
}

/** The principal of password attempts: by what was named, in one spelling, whether it exists or not. */
export function signInName(
  named: { readonly email: string } | { readonly account: string; readonly userName: string },
): string {
  if ('email' in named) return `root/${named.email.toLowerCase()}`;
  return `user/${named.account.toLowerCase()}/${named.userName.toLowerCase()}`;
}
