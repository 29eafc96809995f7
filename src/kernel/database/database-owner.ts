import type pg from 'pg';

/**
 * The login that owns the tables, for work on the tables themselves, such as creating partitions. Not for access to
 * rows.
 */
export class DatabaseOwner {
  constructor(readonly login: pg.ClientConfig) {}
}
