import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ApiError } from '../common/errors.js';
import { Database, type Transaction } from '../database/database.service.js';
import { Prisma } from '../generated/prisma/client.js';
import { type Attempt, type Bucket, bucketsOf, delaySeconds, leaked } from './throttle-rules.js';

const SWEEP_MILLISECONDS = 3_600_000;
/** Longer than it takes for all failures that matter to leak away. */
const KEPT_MILLISECONDS = 7 * 86_400_000;

/** Delays after failures, counted in the database: they survive restarts and hold on every replica. */
@Injectable()
export class Throttle implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(Throttle.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly database: Database) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.sweep(), SWEEP_MILLISECONDS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /**
   * @param tx in the scope of the platform
   * @returns seconds until the attempt may be made; 0 when it may be made now
   */
  async waitOf(tx: Transaction, attempt: Attempt, now: Date): Promise<number> {
    const keys = bucketsOf(attempt)
      .filter(({ holds }) => holds)
      .map(({ key }) => key);
    const held = await tx.throttle.findMany({ where: { key: { in: keys }, blockedUntil: { gt: now } } });
    return Math.max(0, ...held.map(({ blockedUntil }) => Math.ceil((blockedUntil.getTime() - now.getTime()) / 1000)));
  }

  /**
   * Counts an attempt that was made. Attempts that were under way at the same time are told apart only here: one that
   * comes to a delay which began meanwhile is answered like one that was never made, right or not, so that many guesses
   * at once are worth no more than one after the other.
   *
   * @param tx in the scope of the platform, until the commit of which other failures of the same kind wait
   * @returns as `waitOf`; above 0 the attempt does not count, and its answer must not tell whether it was right
   */
  async settle(tx: Transaction, attempt: Attempt, succeeded: boolean, now: Date): Promise<number> {
    const buckets = bucketsOf(attempt).sort((left, right) => Buffer.compare(left.key, right.key));
    if (!succeeded) {
      const keys = Prisma.join(buckets.map(({ key }) => key));
      await tx.$queryRaw`SELECT 1 FROM throttles WHERE key IN (${keys}) ORDER BY key FOR UPDATE`;
    }
    const wait = await this.waitOf(tx, attempt, now);
    if (wait > 0) return wait;
    if (succeeded) {
      const keys = buckets.filter(({ forgives }) => forgives).map(({ key }) => key);
      await tx.throttle.deleteMany({ where: { key: { in: keys } } });
    } else for (const bucket of buckets) await count(tx, bucket, now);
    return 0;
  }

  private async sweep(): Promise<void> {
    const before = new Date(Date.now() - KEPT_MILLISECONDS);
    try {
      await this.database.forPlatform((tx) => tx.throttle.deleteMany({ where: { updatedAt: { lt: before } } }));
    } catch (error) {
      this.logger.warn({ err: error }, 'old failures were not swept away');
    }
  }
}

/** @param seconds as `waitOf` gives them */
export function throttled(seconds: number, reason = 'Too many failed attempts.'): ApiError {
  return new ApiError('Throttling', `${reason} Try again in ${seconds} s.`, { retryAfter: seconds });
}

async function count(tx: Transaction, { key, rule }: Bucket, now: Date): Promise<void> {
  const known = await tx.throttle.findUnique({ where: { key } });
  const elapsed = known ? (now.getTime() - known.updatedAt.getTime()) / 1000 : 0;
  const failures = leaked(known?.failures ?? 0, elapsed, rule) + 1;
  const delay = delaySeconds(failures, rule);
  // Not `now` without a delay: requests that came a little earlier are still under way.
  const blockedUntil = new Date(delay === 0 ? 0 : now.getTime() + delay * 1000);
  // Two first failures at once: the second finds the row of the first, and adds to it.
  await tx.$executeRaw`
    INSERT INTO throttles (key, failures, updated_at, blocked_until) VALUES (${key}, ${failures}, ${now}, ${blockedUntil})
    ON CONFLICT (key) DO UPDATE SET
      failures = CASE WHEN ${known === null} THEN throttles.failures + 1 ELSE excluded.failures END,
      updated_at = excluded.updated_at,
      blocked_until = GREATEST(throttles.blocked_until, excluded.blocked_until)`;
}
