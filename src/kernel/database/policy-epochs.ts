import { LRUCache } from 'lru-cache';
import { ApiError } from '../errors/errors.js';
import type { ConnectionTarget } from './connection.js';
import { Database, type Transaction } from './database.service.js';
import { NotificationLink } from './notification-link.js';

/** Told of an account's new policy epoch. Must not throw. */
export type EpochListener = (accountId: string, epoch: bigint) => void;

/** Told of the platform's new policy epoch. Must not throw. */
export type PlatformEpochListener = (epoch: bigint) => void;

const channel = 'gatehouse_policy_epochs';

/** As `PrimaryPosition`. The identifier is made with a cluster and is that of all its standbys. */
const positionQuestion = `
  (SELECT concat(system_identifier, ' ', pg_current_wal_flush_lsn()) FROM pg_control_system())`;

/** How far the primary's log had come. Source: PostgreSQL, "Log Sequence Numbers", "Control Data Functions". */
export interface PrimaryPosition {
  /** Decimal. */
  readonly systemIdentifier: string;
  /** Log sequence number, such as `0/3000148`. */
  readonly lsn: string;
}

/** Milliseconds. */
const outageMemory = 1_000;

/** Milliseconds that a warm request waits for an epoch at most. */
const readTimeout = 2_000;

/** How many accounts' epochs are remembered: some 10 MB. A forgotten one is read again when it is needed. */
const rememberedAccounts = 100_000;

/**
 * Policy epochs, and the news of them. Whoever keeps something computed from an account's policies may use it while
 *
 * - `isLinked()`, and `generation` is still what it was before the thing was read, and
 * - `latest(accountId)` is undefined or not above the epoch that was read with it;
 *
 * otherwise it compares with `read(accountId)`. What depends on platform-managed policies too depends on the platform's
 * epoch in the same way: `latestPlatform`, `readPlatform()`. INVARIANT: an epoch only ever rises.
 */
export class PolicyEpochs {
  readonly #database: Database;
  readonly #link: NotificationLink;
  readonly #latest = new LRUCache<string, bigint>({ max: rememberedAccounts });
  readonly #listeners = new Set<EpochListener>();
  readonly #platformListeners = new Set<PlatformEpochListener>();
  #latestPlatform = 0n;
  #outage: { since: number; readonly error: ApiError } | undefined;
  /** When the database last answered a read, with whatever. */
  #answeredAt = 0;

  /** @param options `position`: have the heartbeat ask for the `primaryPosition` */
  constructor(database: Database, target: ConnectionTarget, { position = false } = {}) {
    this.#database = database;
    this.#link = new NotificationLink(
      target,
      channel,
      (payload) => this.#hear(payload),
      position ? positionQuestion : undefined,
    );
  }

  /** Begins to listen; resolves when the first attempt to connect has succeeded or failed. */
  start(): Promise<void> {
    return this.#link.start();
  }

  close(): void {
    this.#link.close();
  }

  /**
   * Raises an account's epoch. Call it in the transaction of every change that can alter a decision, as late as
   * possible: it locks the account's row. On commit this process knows at once, the others within milliseconds.
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
   * Raises the platform's epoch: call it in the transaction of every change of a platform-managed policy. The
   * transaction's scope must be the platform's or the management account's.
   */
  async advancePlatform(tx: Transaction): Promise<void> {
    const rows = await tx.$queryRaw<{ policy_epoch: bigint }[]>`
      WITH advanced AS (UPDATE platform_state SET policy_epoch = policy_epoch + 1 RETURNING policy_epoch)
      SELECT policy_epoch, pg_notify(${channel}, 'platform ' || policy_epoch)::text FROM advanced`;
    const epoch = rows[0]?.policy_epoch;
    if (epoch === undefined) throw new Error('Platform policies are outside the scope of this transaction');
    this.#database.afterCommit(tx, () => this.#notePlatform(epoch));
  }

  /** The newest epoch this process has heard of; undefined when it has heard of none. */
  latest(accountId: string): bigint | undefined {
    return this.#latest.get(accountId);
  }

  /** The epoch in the database; undefined when there is no such account. */
  async read(accountId: string): Promise<bigint | undefined> {
    const account = await this.#unlessAway(() =>
      this.#database.lookUp(accountId, (tx) =>
        tx.account.findUnique({ where: { accountId }, select: { policyEpoch: true } }),
      ),
    );
    if (account) this.#note(accountId, account.policyEpoch);
    return account?.policyEpoch;
  }

  /** The newest epoch of the platform that this process has heard of. */
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

  /** False while notifications may be missed. A link that died without a word is noticed within three seconds. */
  isLinked(): boolean {
    return this.#link.isUp();
  }

  /** What was known and not contradicted under the present `generation` was true then; as `performance.now()`. */
  get provenAt(): number {
    return this.#link.provenAt;
  }

  /**
   * What has come this far has all that was committed before `provenAt`, and of what came after there is news; undefined
   * while news may be missed.
   */
  get primaryPosition(): PrimaryPosition | undefined {
    const [, systemIdentifier, lsn] = /^(\d+) ([0-9A-F]+\/[0-9A-F]+)$/.exec(this.#link.answer) ?? [];
    return systemIdentifier && lsn && this.isLinked() ? { systemIdentifier, lsn } : undefined;
  }

  /** How far behind this process can be at most: when the link last proved to be alive. */
  get lagSeconds(): number {
    return this.#link.secondsSinceProof;
  }

  /** Rises whenever notifications may have been missed, i.e. with every new link. */
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
   * A database that does not answer is asked once a second: a host that swallows packets would cost every request the
   * whole time-out of a connection, several times.
   */
  async #unlessAway<T>(read: () => Promise<T>): Promise<T> {
    const askedAt = performance.now();
    const outage = this.#outage;
    if (outage && !this.#hasAnsweredSince(outage.since)) {
      if (askedAt < outage.since + outageMemory) throw outage.error;
      // One tries; who comes meanwhile hears of the last failure.
      outage.since = askedAt;
    }
    try {
      const value = await inTime(read());
      this.#answeredAt = performance.now();
      return value;
    } catch (error) {
      const isAway = error instanceof ApiError && error.code === 'ServiceUnavailable';
      if (!isAway) this.#answeredAt = performance.now();
      // A failure that took long says nothing about a database that has answered since.
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

  /** News may arrive twice (own commit and notification) and out of order. */
  #note(accountId: string, epoch: bigint): void {
    const known = this.#latest.get(accountId);
    if (known !== undefined && known >= epoch) return;
    this.#latest.set(accountId, epoch);
    for (const listener of this.#listeners) listener(accountId, epoch);
  }
}

/** A connection into nowhere must not hold up what can be answered without it. */
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
