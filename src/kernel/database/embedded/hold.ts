import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { abandon, connect, connectTimeout } from '../connection.js';
import { EmbeddedPostgresError } from './error.js';

/** An advisory lock in the database "postgres", different from all locks that Gatehouse takes in its own database. */
const lockKey = 4_746_867;

/** A process that was just killed holds the lock until PostgreSQL notices that its connection is closed. */
const attempts = 10;
/** Milliseconds. */
const attemptPause = 200;

/**
 * A server's claim on the embedded PostgreSQL: a connection that holds a lock. It ends with the process, however that
 * ends, so nothing remains that a later start would have to interpret.
 *
 * @param login a superuser
 * @throws EmbeddedPostgresError naming the process that holds it
 */
export async function takeHold(login: pg.ClientConfig, dataDirectory: string): Promise<pg.Client> {
  const client = new pg.Client({
    ...login,
    database: 'postgres',
    application_name: `gatehouse process ${process.pid}`,
    connectionTimeoutMillis: connectTimeout,
  });
  await connect(client);
  try {
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      if (attempt > 1) await pause(attemptPause);
      const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [lockKey]);
      if (rows[0]?.taken) return client;
    }
    throw new EmbeddedPostgresError(
      'The data directory ' +
        `${dataDirectory} is in use by another Gatehouse server (${await nameHolder(client)}). Stop that ` +
        'server, or set GATEHOUSE_DATA_DIR to another directory.',
    );
  } catch (error) {
    abandon(client);
    throw error;
  }
}

async function nameHolder(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ holder: string }>(
    `SELECT replace(application_name, 'gatehouse ', '') || ', since ' || to_char(backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"') AS holder
     FROM pg_locks JOIN pg_stat_activity USING (pid)
     WHERE locktype = 'advisory' AND granted AND classid = 0 AND objid = $1`,
    [lockKey],
  );
  return rows[0]?.holder ?? 'it has just ended; try again';
}
