import { Injectable } from '@nestjs/common';
import { Settings } from '../../kernel/config/settings.js';
import { PolicyEpochs } from '../../kernel/database/policy-epochs.js';
import { RowSources } from '../../kernel/database/row-sources.js';
import { AccountCache, type CacheUse } from './account-cache.js';

/** Creates the caches of the directories with the same settings, and reports their use. */
@Injectable()
export class AccountCaches {
  private readonly caches = new Map<string, { readonly use: CacheUse }>();

  constructor(
    private readonly epochs: PolicyEpochs,
    private readonly sources: RowSources,
    private readonly settings: Settings,
  ) {}

  /**
   * @param name of the cache in the metrics
   * @param options `maximumAgeSeconds` of an entry, if it contains data that does not raise the epoch; `ofPrimary`: it
   *   is not loaded with a `RowReader`, so the standby is never read
   */
  create<Value extends object>(
    name: string,
    { maximumAgeSeconds = 0, ofPrimary = false }: { maximumAgeSeconds?: number; ofPrimary?: boolean } = {},
  ): AccountCache<Value> {
    const { principalCacheSize: maximum, cacheMegabytes, staleSeconds } = this.settings;
    const maximumBytes = cacheMegabytes * 1_048_576;
    const { primary, standby } = this.sources;
    const sources = { primary, standby: ofPrimary ? undefined : standby };
    const limits = { maximum, maximumBytes, staleSeconds, maximumAgeSeconds };
    const cache = new AccountCache<Value>(this.epochs, sources, limits);
    this.caches.set(name, cache);
    return cache;
  }

  use(): ReadonlyMap<string, CacheUse> {
    return new Map([...this.caches].map(([name, cache]) => [name, cache.use]));
  }
}
