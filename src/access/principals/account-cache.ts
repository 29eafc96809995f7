import { LRUCache } from 'lru-cache';
import { ApiError } from '../../kernel/errors/errors.js';
import type { MaybePromise } from '../../kernel/maybe-promise.js';
import type { PolicyEpochs } from '../../kernel/database/policy-epochs.js';
import type { RowReader } from '../../kernel/database/row-reader.js';

/** A value and the account's policy epoch as of which it is true. */
export interface Loaded<Value> {
  readonly epoch: bigint;
  /** The platform's policy epoch as of which it is true; absent when no platform-managed policy bears on it. */
  readonly platformEpoch?: bigint;
  /** Absent when there is no such thing; that is not remembered. */
  readonly value: Value | undefined;
  /** Bytes that it takes, as far as can be told; a small thing when absent. */
  readonly bytes?: number;
}

/** Of a small thing and what holds it in a cache. */
const SMALL_BYTES = 500;

/** Loads with statements of the reader that it is given. */
type Load<Value> = (rows: RowReader) => Promise<Loaded<Value>>;

/** Whom a cache asks for what it does not know. */
interface Sources {
  readonly primary: RowReader;
  /** Asked first. What it cannot answer, or knows nothing of, or knows of from before the last news, the primary is asked. */
  readonly standby?: RowReader | undefined;
}

/** How often a cache was asked since the process started. */
export interface CacheUse {
  /** Answered without loading. */
  readonly hits: number;
  readonly misses: number;
  /** Entries held now. */
  readonly size: number;
}

interface Entry<Value> {
  readonly accountId: string;
  readonly epoch: bigint;
  readonly platformEpoch: bigint | undefined;
  readonly value: Value;
  readonly bytes: number;
  /** The notification link under which it was loaded or last compared with the database. */
  generation: number;
  /** When this was last known to be true, in milliseconds of the process clock. */
  verifiedAt: number;
}

/**
 * Remembers what was loaded of an account until the account's policy epoch moves, or the platform's where it bears on it.
 *
 * INVARIANT: an entry is used without asking only while the notification link under which it was loaded is up, and
 * news of a higher epoch drops it. Without that link the database is asked for the epochs; while that is down too, an
 * entry lives for the configured stale time and no longer.
 */
export class AccountCache<Value extends object> {
  private readonly entries: LRUCache<string, Entry<Value>>;
  private readonly idsOfAccount = new Map<string, Set<string>>();
  private readonly loading = new Map<string, Promise<Value | undefined>>();
  private hits = 0;
  private misses = 0;

  /**
   * @param sources where to load from
   * @param options `maximum` entries, which take `maximumBytes` at most; `staleSeconds` for which entries outlive the database; `maximumAgeSeconds` after
   *   which they are loaded again whatever the epoch, 0 for never
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
   * @returns undefined when there is no such thing; at once what is known and vouched for
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
    // Callers that miss at the same time share one look-up. One that began before the newest change may have read
    // what was before it: who joins it looks again afterwards.
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

  /** The link under which it became known is up, so nothing newer went unheard. */
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
        // The link was there before the epoch was read, so it brings whatever comes after.
        if (isLinked) entry.generation = generation;
      }
      return isFresh;
    } catch (error) {
      const isUnreachable = error instanceof ApiError && error.code === 'ServiceUnavailable';
      if (isUnreachable && now - this.knownTrueAt(entry) < this.options.staleSeconds * 1000) return true;
      throw error;
    }
  }

  /** The link vouches for what it was there for, up to its last sign of life. */
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
    // What takes more than the whole cache may was not kept.
    if (!this.entries.has(id)) return value;
    const ids = this.idsOfAccount.get(accountId) ?? new Set<string>();
    this.idsOfAccount.set(accountId, ids.add(id));
    return value;
  }

  /** What is wrong with an answer of the standby shows when the primary gives the same. */
  private async load(
    accountId: string,
    load: Load<Value>,
  ): Promise<{ readonly loaded: Loaded<Value>; readonly verifiedAt: number }> {
    const { primary, standby } = this.sources;
    if (standby) {
      const { provenAt } = this.epochs;
      const loaded = await load(standby).catch(() => undefined);
      // What was made a moment ago, the standby may not know yet.
      if (loaded?.value !== undefined && !this.isOutdated(accountId, loaded)) return { loaded, verifiedAt: provenAt };
    }
    const verifiedAt = performance.now();
    return { loaded: await load(primary), verifiedAt };
  }

  /** There is news of a later change. */
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

  /** Called by the cache for every entry that leaves it or is replaced. */
  private forget(accountId: string, id: string): void {
    const ids = this.idsOfAccount.get(accountId);
    ids?.delete(id);
    if (ids?.size === 0) this.idsOfAccount.delete(accountId);
  }
}
