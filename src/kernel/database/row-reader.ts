import type pg from 'pg';
import type { Prisma } from '../../generated/prisma/client.js';

/** Of spans. Source: OpenTelemetry's semantic conventions for databases. */
export const SYSTEM = { 'db.system.name': 'postgresql' };

/** Where rows are read without a transaction of one's own: the primary, or a standby of it. */
export interface RowReader {
  /**
   * One statement of a look-up, past the client that builds queries, planned once per connection, and in one round trip: it
   * takes a fraction of the time. Numbers of eight bytes come as text.
   *
   * @param accountId twelve digits
   */
  lookUpRows<Row extends pg.QueryResultRow>(accountId: string, statement: Prisma.Sql): Promise<Row[]>;
}
