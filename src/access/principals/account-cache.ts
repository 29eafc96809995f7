import { LRUCache } from 'lru-cache';
import { ApiError } from '../../kernel/errors/errors.js';
import type { MaybePromise } from '../../kernel/maybe-promise.js';
import type { PolicyEpochs } from '../../kernel/database/policy-epochs.js';
import type { RowReader } from '../../kernel/database/row-reader.js';

/** A value, and the account's policy epoch for which it is valid. */
export interface Loaded<Value> {
  readonly epoch: bigint;
  /** The platform's policy epoch for which it is valid; absent if no platform-managed policy affects it. */
  readonly platformEpoch?: bigint;
  /** Absent if the row does not exist; that is not cached. */
  readonly value: Value | undefined;
  /** Approximate size in bytes. Default: `SMALL_BYTES`. */
  readonly bytes?: number;
}

/** The size of a small value with its cache entry. */
const SMALL_BYTES = 500;

/** Loads a value with queries to the given reader. */
type Load<Value> = (rows: RowReader) => Promise<Loaded<Value>>;

/** Where a cache loads from. */
interface Sources {
  readonly primary: RowReader;
  /**
   * Read first. The primary is read if the standby fails, has no row, or has a row from before the last notification.
   */
  readonly standby?: RowReader | undefined;
}

/** How often a cache was used since the process started. */
export interface CacheUse {
  /** Answered from the cache. */
  readonly hits: number;
  readonly misses: number;
  /** Current number of entries. */
  readonly size: number;
}

interface Entry<Value> {
  readonly accountId: string;
  readonly epoch: bigint;
  readonly platformEpoch: bigint | undefined;
  readonly value: Value;
  readonly bytes: number;
  /** The notification link under which the entry was loaded or last verified. */
  generation: number;
  /** When the entry was last known to be current, in milliseconds of the process clock. */
  verifiedAt: number;
}

/**
 * Caches values of an account until the policy epoch of the account changes, or that of the platform if the value
 * depends on it. See README.md.
 *
 * INVARIANT: an entry is used without a query only while the notification link under which it was loaded is up, and a
 * notification of a higher epoch deletes it. Without that link, the epochs are read from the database; while the
 * database is down too, an entry is used for the configured stale time and no longer.
 */
export class AccountCache<Value extends object> {
  private readonly entries: LRUCache<string, Entry<Value>>;
  private readonly idsOfAccount = new Map<string, Set<string>>();
  private readonly loading = new Map<string, Promise<Value | undefined>>();
  private hits = 0;
  private misses = 0;

  /**
   * @param sources where to load from
   * @param options `maximum` entries with at most `maximumBytes`; `staleSeconds` for which entries are used without the
   *   database; `maximumAgeSeconds` after which they are loaded again, whatever the epoch, 0 for never
   */
  constructor(
    private readonly epochs: PolicyEpochs,
    private readonly sources: Sources,
    private readonly options: {
      maximum: number;
      maximumBytes: number;
      staleSeconds: number;
      maximumAgeSeconds?: number;
    },
  ) {
    this.entries = new LRUCache({
      max: options.maximum,
      maxSize: options.maximumBytes,
      sizeCalculation: ({ bytes }) => bytes,
      ttl: (options.maximumAgeSeconds ?? 0) * 1000,
      dispose: ({ accountId }, id) => this.forget(accountId, id),
    });
    epochs.onAdvance((accountId, epoch) => this.drop(accountId, epoch));
    epochs.onPlatformAdvance((epoch) => this.dropAll(epoch));
  }

  /**
   * @param load reads the epoch before or together with the value, never after it
   * @returns undefined if the value does not exist; synchronously if the entry may be used without a query
   */
  get(accountId: string, key: string, load: Load<Value>): MaybePromise<Value | undefined> {
    const id = `${accountId}/${key}`;
    const entry = this.entries.get(id);
    if (entry === undefined || !this.isVouchedFor(entry)) return this.look(accountId, id, entry, load);
    this.hits++;
    return entry.value;
  }

  private async look(
    accountId: string,
    id: string,
    entry: Entry<Value> | undefined,
    load: Load<Value>,
  ): Promise<Value | undefined> {
    if (entry && (await this.isFresh(accountId, entry))) {
      this.hits++;
      return entry.value;
    }
    this.misses++;
    // Concurrent misses share one look-up. A look-up that began before the latest change may have read the old value,
    // so callers that join it check again afterwards.
    const running = this.loading.get(id);
    if (running) {
      await running;
      const joined = this.entries.get(id);
      return joined && (await this.isFresh(accountId, joined)) ? joined.value : this.loadAndKeep(accountId, id, load);
    }
    const started = this.loadAndKeep(accountId, id, load).finally(() => this.loading.delete(id));
    this.loading.set(id, started);
    return started;
  }

  get use(): CacheUse {
    return { hits: this.hits, misses: this.misses, size: this.entries.size };
  }

  /** The link under which the entry was loaded is still up, so no notification was missed. */
  private isVouchedFor({ generation }: Entry<Value>): boolean {
    return generation === this.epochs.generation && this.epochs.isLinked();
  }

  private async isFresh(accountId: string, entry: Entry<Value>): Promise<boolean> {
    if (this.isVouchedFor(entry)) return true;
    const { generation } = this.epochs;
    const isLinked = this.epochs.isLinked();
    const now = performance.now();
    try {
      const isFresh =
        (await this.epochs.read(accountId)) === entry.epoch &&
        (entry.platformEpoch === undefined || (await this.epochs.readPlatform()) === entry.platformEpoch);
      if (isFresh) {
        entry.verifiedAt = now;
        // The link was up before the epoch was read, so it delivers all later changes.
        if (isLinked) entry.generation = generation;
      }
      return isFresh;
    } catch (error) {
      const isUnreachable = error instanceof ApiError && error.code === 'ServiceUnavailable';
      if (isUnreachable && now - this.knownTrueAt(entry) < this.options.staleSeconds * 1000) return true;
      throw error;
    }
  }

  /** The link confirms entries that were loaded while it was up, until its last heartbeat. */
  private knownTrueAt({ generation, verifiedAt }: Entry<Value>): number {
    return generation === this.epochs.generation ? Math.max(verifiedAt, this.epochs.provenAt) : verifiedAt;
  }

  private async loadAndKeep(accountId: string, id: string, load: Load<Value>): Promise<Value | undefined> {
    const { generation } = this.epochs;
    const { loaded, verifiedAt } = await this.load(accountId, load);
    const { epoch, platformEpoch, value, bytes = SMALL_BYTES } = loaded;
    if (value === undefined || this.isOutdated(accountId, loaded)) {
      this.entries.delete(id);
      return value;
    }
    this.entries.set(id, { accountId, epoch, platformEpoch, value, bytes, generation, verifiedAt });
    // An entry that is larger than the whole cache is not kept.
    if (!this.entries.has(id)) return value;
    const ids = this.idsOfAccount.get(accountId) ?? new Set<string>();
    this.idsOfAccount.set(accountId, ids.add(id));
    return value;
  }

  /** If the standby's data causes an error, the primary's data shows whether it is a real one. */
  private async load(
    accountId: string,
    load: Load<Value>,
  ): Promise<{ readonly loaded: Loaded<Value>; readonly verifiedAt: number }> {
    const { primary, standby } = this.sources;
    if (standby) {
      const { provenAt } = this.epochs;
      const loaded = await load(standby).catch(() => undefined);
      // The standby may not have a row that was just created.
      if (loaded?.value !== undefined && !this.isOutdated(accountId, loaded)) return { loaded, verifiedAt: provenAt };
    }
    const verifiedAt = performance.now();
    return { loaded: await load(primary), verifiedAt };
  }

  /** There was a notification of a later change. */
  private isOutdated(accountId: string, { epoch, platformEpoch }: Loaded<Value>): boolean {
    const { latestPlatform } = this.epochs;
    const latest = this.epochs.latest(accountId) ?? epoch;
    return latest > epoch || (platformEpoch !== undefined && latestPlatform > platformEpoch);
  }

  private drop(accountId: string, newest: bigint): void {
    for (const id of [...(this.idsOfAccount.get(accountId) ?? [])]) {
      const entry = this.entries.peek(id);
      if (entry && entry.epoch < newest) this.entries.delete(id);
    }
  }

  private dropAll(newestOfPlatform: bigint): void {
    for (const [id, { platformEpoch }] of [...this.entries.entries()]) {
      if (platformEpoch !== undefined && platformEpoch < newestOfPlatform) this.entries.delete(id);
    }
  }

  /** Called by the cache for every entry that is evicted or replaced. */
  private forget(accountId: string, id: string): void {
    const ids = this.idsOfAccount.get(accountId);
    ids?.delete(id);
    if (ids?.size === 0) this.idsOfAccount.delete(accountId);
  }
}
