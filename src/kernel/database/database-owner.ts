import type pg from 'pg';

/** The login that owns the tables: for work on the tables themselves, such as making partitions. Rows are not for it. */
export class DatabaseOwner {
  constructor(readonly login: pg.ClientConfig) {}
}
