import { LRUCache } from 'lru-cache';
import { ApiError } from '../errors/errors.js';
import type { ConnectionTarget } from './connection.js';
import { Database, type Transaction } from './database.service.js';
import { NotificationLink } from './notification-link.js';

/** Called with an account's new policy epoch. Must not throw. */
export type EpochListener = (accountId: string, epoch: bigint) => void;

/** Called with the platform's new policy epoch. Must not throw. */
export type PlatformEpochListener = (epoch: bigint) => void;

const channel = 'gatehouse_policy_epochs';

/** See `PrimaryPosition`. The identifier is created with a cluster, and all its standbys have the same. */
const positionQuestion = `
  (SELECT concat(system_identifier, ' ', pg_current_wal_flush_lsn()) FROM pg_control_system())`;

/** The position of the primary's log. Source: PostgreSQL, "Log Sequence Numbers", "Control Data Functions". */
export interface PrimaryPosition {
  /** Decimal. */
  readonly systemIdentifier: string;
  /** Log sequence number, such as `0/3000148`. */
  readonly lsn: string;
}

/** Milliseconds. */
const outageMemory = 1_000;

/** Milliseconds that a request with cached data waits for an epoch. */
const readTimeout = 2_000;

/** Number of accounts whose latest epoch is kept in memory, about 10 MB. An evicted one is read again when needed. */
const rememberedAccounts = 100_000;

/**
 * Policy epochs and their notifications. Code that caches a value computed from an account's policies may use it while
 *
 * - `isLinked()`, and `generation` has not changed since before the value was read, and
 * - `latest(accountId)` is undefined or not higher than the epoch that was read with the value;
 *
 * otherwise it must compare with `read(accountId)`. Values that also depend on platform-managed policies depend on the
 * platform's epoch in the same way: `latestPlatform`, `readPlatform()`. INVARIANT: an epoch only rises.
 */
export class PolicyEpochs {
  readonly #database: Database;
  readonly #link: NotificationLink;
  readonly #latest = new LRUCache<string, bigint>({ max: rememberedAccounts });
  readonly #listeners = new Set<EpochListener>();
  readonly #platformListeners = new Set<PlatformEpochListener>();
  #latestPlatform = 0n;
  #outage: { since: number; readonly error: ApiError } | undefined;
  /** When the database last responded to a read, with any result. */
  #answeredAt = 0;

  /** @param options `position`: read the `primaryPosition` with every heartbeat */
  constructor(database: Database, target: ConnectionTarget, { position = false } = {}) {
    this.#database = database;
    this.#link = new NotificationLink(
      target,
      channel,
      (payload) => this.#hear(payload),
      position ? positionQuestion : undefined,
    );
  }

  /** Starts to listen; resolves when the first attempt to connect has succeeded or failed. */
  start(): Promise<void> {
    return this.#link.start();
  }

  close(): void {
    this.#link.close();
  }

  /**
   * Raises an account's epoch. Call it in the transaction of every change that can affect a decision, as late as
   * possible, because it locks the account's row. After the commit, this process knows immediately, and the others
   * within milliseconds.
   *
   * @returns the new epoch
   */
  async advance(tx: Transaction, accountId: string): Promise<bigint> {
    const rows = await tx.$queryRaw<{ policy_epoch: bigint }[]>`
      WITH advanced AS (
        UPDATE accounts SET policy_epoch = policy_epoch + 1 WHERE account_id = ${accountId}::bpchar
        RETURNING account_id, policy_epoch
      )
      SELECT policy_epoch, pg_notify(${channel}, account_id || ' ' || policy_epoch)::text FROM advanced`;
    const epoch = rows[0]?.policy_epoch;
    if (epoch === undefined) throw new Error(`Account ${accountId} is outside the scope of this transaction`);
    this.#database.afterCommit(tx, () => this.#note(accountId, epoch));
    return epoch;
  }

  /**
   * Raises the platform's epoch. Call it in the transaction of every change of a platform-managed policy. The scope of
   * the transaction must be the platform or the management account.
   */
  async advancePlatform(tx: Transaction): Promise<void> {
    const rows = await tx.$queryRaw<{ policy_epoch: bigint }[]>`
      WITH advanced AS (UPDATE platform_state SET policy_epoch = policy_epoch + 1 RETURNING policy_epoch)
      SELECT policy_epoch, pg_notify(${channel}, 'platform ' || policy_epoch)::text FROM advanced`;
    const epoch = rows[0]?.policy_epoch;
    if (epoch === undefined) throw new Error('Platform policies are outside the scope of this transaction');
    this.#database.afterCommit(tx, () => this.#notePlatform(epoch));
  }

  /** The latest epoch known to this process; undefined if it knows none. */
  latest(accountId: string): bigint | undefined {
    return this.#latest.get(accountId);
  }

  /** The epoch in the database; undefined if the account does not exist. */
  async read(accountId: string): Promise<bigint | undefined> {
    const account = await this.#unlessAway(() =>
      this.#database.lookUp(accountId, (tx) =>
        tx.account.findUnique({ where: { accountId }, select: { policyEpoch: true } }),
      ),
    );
    if (account) this.#note(accountId, account.policyEpoch);
    return account?.policyEpoch;
  }

  /** The latest epoch of the platform known to this process. */
  get latestPlatform(): bigint {
    return this.#latestPlatform;
  }

  /** The platform's epoch in the database. */
  async readPlatform(): Promise<bigint> {
    const { policyEpoch } = await this.#unlessAway(() =>
      this.#database.lookUpPlatform((tx) => tx.platformState.findFirstOrThrow()),
    );
    this.#notePlatform(policyEpoch);
    return policyEpoch;
  }

  /** False while notifications may be missed. A link that is lost without an error is detected within three seconds. */
  isLinked(): boolean {
    return this.#link.isUp();
  }

  /**
   * Values that were read under the current `generation` and not invalidated since were current at this time; as
   * `performance.now()`.
   */
  get provenAt(): number {
    return this.#link.provenAt;
  }

  /**
   * A standby that has reached this position has everything that was committed before `provenAt`; later commits send
   * notifications. Undefined while notifications may be missed.
   */
  get primaryPosition(): PrimaryPosition | undefined {
    const [, systemIdentifier, lsn] = /^(\d+) ([0-9A-F]+\/[0-9A-F]+)$/.exec(this.#link.answer) ?? [];
    return systemIdentifier && lsn && this.isLinked() ? { systemIdentifier, lsn } : undefined;
  }

  /** Seconds since the last heartbeat: the maximum delay of this process. */
  get lagSeconds(): number {
    return this.#link.secondsSinceProof;
  }

  /** Increases whenever notifications may have been missed, that is, with every new link. */
  get generation(): number {
    return this.#link.generation;
  }

  /** @returns call it to unsubscribe */
  onAdvance(listener: EpochListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onPlatformAdvance(listener: PlatformEpochListener): void {
    this.#platformListeners.add(listener);
  }

  /**
   * A database that does not respond is queried once a second: with a host that drops packets, every request would
   * otherwise wait for several connection timeouts.
   */
  async #unlessAway<T>(read: () => Promise<T>): Promise<T> {
    const askedAt = performance.now();
    const outage = this.#outage;
    if (outage && !this.#hasAnsweredSince(outage.since)) {
      if (askedAt < outage.since + outageMemory) throw outage.error;
      // One caller tries; the others get the last error.
      outage.since = askedAt;
    }
    try {
      const value = await inTime(read());
      this.#answeredAt = performance.now();
      return value;
    } catch (error) {
      const isAway = error instanceof ApiError && error.code === 'ServiceUnavailable';
      if (!isAway) this.#answeredAt = performance.now();
      // A slow failure says nothing about a database that has responded since.
      else if (this.#answeredAt < askedAt) this.#outage = { since: performance.now(), error };
      throw error;
    }
  }

  /** To a read, or over the link. */
  #hasAnsweredSince(time: number): boolean {
    return Math.max(this.#answeredAt, this.#link.provenAt) > time;
  }

  #hear(payload: string): void {
    const match = /^(platform|[0-9]{12}) ([0-9]+)$/.exec(payload);
    if (!match) return;
    const epoch = BigInt(match[2]!);
    if (match[1] === 'platform') this.#notePlatform(epoch);
    else this.#note(match[1]!, epoch);
  }

  #notePlatform(epoch: bigint): void {
    if (this.#latestPlatform >= epoch) return;
    this.#latestPlatform = epoch;
    for (const listener of this.#platformListeners) listener(epoch);
  }

  /** Notifications may arrive twice (own commit and notification) and out of order. */
  #note(accountId: string, epoch: bigint): void {
    const known = this.#latest.get(accountId);
    if (known !== undefined && known >= epoch) return;
    this.#latest.set(accountId, epoch);
    for (const listener of this.#listeners) listener(accountId, epoch);
  }
}

/** A lost connection must not delay what can be answered without it. */
async function inTime<T>(reading: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new ApiError('ServiceUnavailable', 'The database does not answer at the moment. Try again shortly.');
    timer = setTimeout(() => reject(error), readTimeout);
  });
  try {
    return await Promise.race([reading, late]);
  } finally {
    clearTimeout(timer);
  }
}
