import { Injectable } from '@nestjs/common';
import { ApiError } from '../errors/errors.js';
import type { Transaction } from '../database/database.service.js';
import { SecretBox } from '../secrets/secret-box.js';
import { type Attempt, type Bucket, bucketsOf, delaySeconds, leaked, type Purpose } from './throttle-rules.js';
import { lockThrottles } from '../database/row-locks.js';

const DAY_MILLISECONDS = 86_400_000;
/** Longer than it takes until all counted failures have leaked away. */
const KEPT_DAYS = 7;
/** A count that does not leak is kept longer, so that waiting does not permit more guesses. */
const BOUND_KEPT_DAYS = 400;
/** Stands for "until it is unlocked". */
const NEVER = new Date('9999-12-31T00:00:00Z');

type Key = Uint8Array<ArrayBuffer>;
type KeyedBucket = Omit<Bucket, 'key' | 'subject'> & { readonly key: Key; readonly subject: Key | null };

/** Delays and locks after failures, counted in the database: they survive restarts and hold on every replica. */
@Injectable()
export class Throttle {
  private readonly keys: SecretBox;

  constructor(secrets: SecretBox) {
    this.keys = secrets.derive('throttle');
  }

  /**
   * @param tx in the scope of the platform
   * @returns seconds until the attempt may be made; 0 if it may be made now, Infinity if the factor is locked
   */
  async waitOf(tx: Transaction, attempt: Attempt, now: Date): Promise<number> {
    const keys = this.bucketsOf(attempt)
      .filter(({ holds }) => holds)
      .map(({ key }) => key);
    const held = await tx.throttle.findMany({ where: { key: { in: keys }, blockedUntil: { gt: now } } });
    return Math.max(0, ...held.map(({ blockedUntil }) => secondsUntil(blockedUntil, now)));
  }

  /**
   * Counts an attempt. Concurrent attempts are ordered only here: one that finds a delay which began in the meantime is
   * answered as if it had not been made, correct or not, so that many concurrent guesses gain nothing over sequential
   * ones.
   *
   * @param tx in the scope of the platform, until the commit of which other failures of the same kind wait
   * @returns as `waitOf`; above 0, the attempt does not count, and the response must not show whether it was correct
   */
  async settle(tx: Transaction, attempt: Attempt, succeeded: boolean, now: Date): Promise<number> {
    const buckets = this.bucketsOf(attempt).sort((left, right) => Buffer.compare(left.key, right.key));
    const keys = buckets.map(({ key }) => key);
    if (!succeeded) await lockThrottles(tx, keys);
    const wait = await this.waitOf(tx, attempt, now);
    if (wait > 0) return wait;
    if (succeeded) {
      const forgiven = buckets.filter(({ forgives }) => forgives).map(({ key }) => key);
      await tx.throttle.deleteMany({ where: { key: { in: forgiven } } });
      return 0;
    }
    let locks = false;
    for (const bucket of buckets.filter(({ counts }) => counts)) locks = (await count(tx, bucket, now)) || locks;
    if (locks) await attempt.whenLocked?.();
    return 0;
  }

  /**
   * Resets the count of a principal's secret, from all addresses: the secret was replaced, or an administrator unlocks it.
   *
   * @param tx in the scope of the platform
   */
  async forget(tx: Transaction, purpose: Purpose, principal: string): Promise<void> {
    await tx.throttle.deleteMany({ where: { subject: this.keyOf([purpose, principal]) } });
  }

  private bucketsOf(attempt: Attempt): KeyedBucket[] {
    return bucketsOf(attempt).map(({ key, subject, ...rest }) => ({
      ...rest,
      key: this.keyOf(key),
      subject: subject ? this.keyOf(subject) : null,
    }));
  }

  /** A keyed hash: the text may be a password in the wrong field, which could be guessed from a plain hash. */
  private keyOf(parts: readonly string[]): Key {
    return new Uint8Array(this.keys.mac(JSON.stringify(parts)));
  }
}

/** For purposes whose attempts need not have failed, or are not guesses. */
const REASONS: Partial<Record<Purpose, string>> = {
  signUp: 'Too many accounts were requested from this address.',
  recovery: 'Too many mails were requested from this address.',
  newEmail: 'The email address was changed too many times.',
  federation: 'Too many invalid identity tokens were sent from this address.',
};

/** @param seconds as returned by `waitOf` */
export function throttled(seconds: number, { purpose }: Pick<Attempt, 'purpose'>): ApiError {
  if (seconds === Infinity) return new ApiError('SignInLocked', LOCKED);
  const reason = REASONS[purpose] ?? 'Too many failed attempts.';
  return new ApiError('Throttling', `${reason} Try again in ${seconds} s.`, { retryAfter: seconds });
}

const LOCKED =
  'Too many consecutive failed attempts: sign-in is locked for new addresses. Sign in from an ' +
  'address that you have used before, with an MFA code in the same request, or with a passkey. A ' +
  'root user can set a new password with a mailed link; a user can ask an administrator.';

function secondsUntil(blockedUntil: Date, now: Date): number {
  return blockedUntil >= NEVER ? Infinity : Math.ceil((blockedUntil.getTime() - now.getTime()) / 1000);
}

/** @returns whether this failure locks */
async function count(tx: Transaction, { key, subject, rule }: KeyedBucket, now: Date): Promise<boolean> {
  const known = await tx.throttle.findUnique({ where: { key } });
  const elapsed = known ? (now.getTime() - known.updatedAt.getTime()) / 1000 : 0;
  const failures = leaked(known?.failures ?? 0, elapsed, rule) + 1;
  const delay = delaySeconds(failures, rule);
  // Not `now` without a delay: requests that came a little earlier are still in progress.
  const delayed = new Date(delay === 0 ? 0 : now.getTime() + delay * 1000);
  const blockedUntil = delay === Infinity ? NEVER : delayed;
  const keptDays = rule.leakSeconds === Infinity ? BOUND_KEPT_DAYS : KEPT_DAYS;
  const expiresAt = new Date(now.getTime() + keptDays * DAY_MILLISECONDS);
  // Two concurrent first failures: the second finds the row of the first and adds to it.
  await tx.$executeRaw`
    INSERT INTO throttles (key, subject, failures, updated_at, blocked_until, expires_at)
    VALUES (${key}, ${subject}, ${failures}, ${now}, ${blockedUntil}, ${expiresAt})
    ON CONFLICT (key) DO UPDATE SET
      failures = CASE WHEN ${known === null} THEN throttles.failures + 1 ELSE excluded.failures END,
      updated_at = excluded.updated_at,
      expires_at = excluded.expires_at,
      blocked_until = GREATEST(throttles.blocked_until, excluded.blocked_until)`;
  return delay === Infinity;
}
