import type pg from 'pg';
import type { Prisma } from '../../generated/prisma/client.js';

/** Attributes of spans. Source: OpenTelemetry's semantic conventions for databases. */
export const SYSTEM = { 'db.system.name': 'postgresql' };

/** Reads rows without an open transaction: from the primary or a standby. */
export interface RowReader {
  /**
   * Runs one read-only statement, without Prisma's query builder, prepared once per connection, in one round trip.
   * Eight-byte numbers are returned as text.
   *
   * @param accountId twelve digits
   */
  lookUpRows<Row extends pg.QueryResultRow>(accountId: string, statement: Prisma.Sql): Promise<Row[]>;
}
