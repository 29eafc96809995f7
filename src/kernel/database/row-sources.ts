import type { Database } from './database.service.js';
import type { Standby } from './standby.js';

/** Where what is not in memory is read from. */
export class RowSources {
  /** @param standby of DATABASE_REPLICA_URL, asked before the primary */
  constructor(
    readonly primary: Database,
    readonly standby: Standby | undefined,
  ) {}
}
