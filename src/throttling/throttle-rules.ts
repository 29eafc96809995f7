import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';

/** What is tried: each has its own count. */
export type Purpose =
  | 'password'
  | 'ownPassword'
  | 'passkey'
  | 'step'
  | 'code'
  | 'refresh'
  | 'recovery'
  | 'signUp'
  | 'newEmail'
  | 'federation';

/** An attempt that may be a guess. */
export interface Attempt {
  readonly purpose: Purpose;
  /** Whom it is about, as named by whoever tries: it need not exist. Absent: nobody is named. */
  readonly principal?: string;
  readonly address: string;
  /** The principal has signed in from this address before. */
  readonly isKnownAddress: boolean;
  /** What it concerns, such as an account: attempts from one address at different ones are counted apart. */
  readonly realm?: string;
  /** For attempts from one address; default: of those who guess. */
  readonly addressRule?: Rule;
}

/** How failures of one kind are answered. */
export interface Rule {
  /** Failures without a delay. */
  readonly free: number;
  /** After so many seconds one failure is forgotten. */
  readonly leakSeconds: number;
  /** Delays double from one second up to this. */
  readonly maximumSeconds: number;
}

export interface Bucket {
  readonly key: Uint8Array<ArrayBuffer>;
  readonly rule: Rule;
  /** A delay of this bucket holds this attempt up. */
  readonly holds: boolean;
  /** A success empties it. */
  readonly forgives: boolean;
}

/** One principal from one address: a guesser, or a person who mistypes. */
const pairRule: Rule = { free: 5, leakSeconds: 3600, maximumSeconds: 900 };
/** One principal from many addresses: a distributed guesser. */
const principalRule: Rule = { free: 20, leakSeconds: 600, maximumSeconds: 60 };
/** Many principals from one address: someone who tries one password on everyone. */
const guesserRule: Rule = { free: 100, leakSeconds: 30, maximumSeconds: 60 };

/** Accounts that one address asks for: twenty an hour in the long run. @param free as many at once */
export function signUpRule(free: number): Rule {
  return { free, leakSeconds: 180, maximumSeconds: 900 };
}

/**
 * Tokens of identity providers that cannot be verified, from one address at one account: a workload that is set up wrongly
 * tries every few seconds, and others may share its address.
 */
export const federationRule: Rule = { free: 50, leakSeconds: 5, maximumSeconds: 60 };

/**
 * What an attempt is counted in. Strangers share the delays of the principal and of the address, which are short at
 * most; where the principal has signed in before, only its own failures there count. So nobody is locked out for good by
 * someone else (docs/decisions/0011-throttling.md).
 */
export function bucketsOf(attempt: Attempt): Bucket[] {
  const { purpose, principal, address, isKnownAddress, realm, addressRule = guesserRule } = attempt;
  const network = networkOf(address);
  const others = { holds: !isKnownAddress, forgives: false };
  const ofAddress = {
    key: keyOf(purpose, 'address', network, ...(realm === undefined ? [] : [realm])),
    rule: addressRule,
    ...others,
  };
  if (principal === undefined) return [ofAddress];
  return [
    { key: keyOf(purpose, 'pair', principal, network), rule: pairRule, holds: true, forgives: true },
    { key: keyOf(purpose, 'principal', principal), rule: principalRule, ...others },
    ofAddress,
  ];
}

/** @param failures after what has leaked away */
export function delaySeconds(failures: number, { free, maximumSeconds }: Rule): number {
  if (failures <= free) return 0;
  return Math.min(maximumSeconds, 2 ** (Math.ceil(failures - free) - 1));
}

/** The failures that are left after some time. */
export function leaked(failures: number, elapsedSeconds: number, { leakSeconds }: Rule): number {
  return Math.max(0, failures - Math.max(0, elapsedSeconds) / leakSeconds);
}

/** An IPv6 customer has a /64 at least (RFC 6177), so its addresses count as one. */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  const [head = '', tail] = address.split('::');
  const groups = head.split(':').filter(Boolean);
  const tailGroups = tail === undefined ? [] : tail.split(':').filter(Boolean);
  const zeros = tail === undefined ? 0 : 8 - groups.length - tailGroups.length;
  const all = [...groups, ...Array.from({ length: zeros }, () => '0'), ...tailGroups];
  return all
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':');
}

/** Hashed: what strangers type in may be anything, a password in the wrong field included. */
function keyOf(...parts: string[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(JSON.stringify(parts)).digest());
}
