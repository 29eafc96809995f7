import pg from 'pg';
import { abandon, connect, connectTimeout } from './connection.js';

/** Two months besides this one: a server whose maintenance fails has that long to be looked at. */
const MONTHS_AHEAD = 2;

/** Like the migration lock: of this work only. */
const maintenanceLock = 72_707_370;

/** @param client logged in as the owner of the tables */
export async function makeAuditPartitions(client: pg.Client): Promise<void> {
  await client.query('SELECT gatehouse_make_audit_partitions($1)', [MONTHS_AHEAD]);
}

/**
 * Makes the partitions of the months to come and drops those whose retention is over. Replicas take turns.
 *
 * @param login the owner of the tables
 * @param monthsKept whole months besides this one; 0 keeps all
 * @returns names of the partitions that were dropped
 */
export async function maintainAuditPartitions(login: pg.ClientConfig, monthsKept: number): Promise<string[]> {
  const client = new pg.Client({
    ...login,
    application_name: 'gatehouse audit partitions',
    connectionTimeoutMillis: connectTimeout,
  });
  await connect(client);
  try {
    await client.query('BEGIN');
    // Whoever waits for a table stands in the way of all who come after: rather try again at the next turn.
    await client.query(`SET LOCAL lock_timeout = '2s'`);
    await client.query('SELECT pg_advisory_xact_lock($1)', [maintenanceLock]);
    await makeAuditPartitions(client);
    const dropped = monthsKept === 0 ? [] : await dropAuditPartitions(client, monthsKept);
    await client.query('COMMIT');
    return dropped;
  } finally {
    abandon(client);
  }
}

async function dropAuditPartitions(client: pg.Client, monthsKept: number): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>('SELECT gatehouse_drop_audit_partitions($1) AS name', [
    monthsKept,
  ]);
  return rows.map(({ name }) => name);
}
