import type pg from 'pg';

/** The locks of the owner of the tables. Those of the server's role are in `row-locks.ts`. */

/** The key Prisma Migrate locks too, so that neither runs while the other does. */
const MIGRATION = 72_707_369;

const AUDIT_PARTITIONS = 72_707_370;

/**
 * Runs `work` while no other server migrates this database. Waits for one that does: it is doing our work.
 *
 * @param client logged in as the owner of the tables
 */
export async function withMigrationLock<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query('SELECT pg_advisory_lock($1)', [MIGRATION]);
  try {
    return await work();
  } finally {
    // Should the connection be lost, the lock went with it, and the error that matters is another.
    await client.query('SELECT pg_advisory_unlock($1)', [MIGRATION]).catch(() => undefined);
  }
}

/**
 * Until the end of the transaction. Replicas take turns at the partitions of the audit log.
 *
 * @param client logged in as the owner of the tables
 */
export async function lockAuditPartitions(client: pg.Client): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [AUDIT_PARTITIONS]);
}
