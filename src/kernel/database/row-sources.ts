import type { Database } from './database.service.js';
import type { Standby } from './standby.js';

/** The databases from which caches are loaded. */
export class RowSources {
  /** @param standby of DATABASE_REPLICA_URL, read before the primary */
  constructor(
    readonly primary: Database,
    readonly standby: Standby | undefined,
  ) {}
}
