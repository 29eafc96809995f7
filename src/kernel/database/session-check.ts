import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { abandon, connectTimeout, openClient } from './connection.js';

/** Milliseconds within which a notification must arrive. A direct connection takes one or two. */
const hearingTimeout = 5_000;

/** There is an incompatible program between Gatehouse and PostgreSQL. The message gives a solution. */
class PoolerError extends Error {
  override readonly name = 'PoolerError';

  constructor(observation: string) {
    super(
      'DATABASE_URL points to a connection pooler that does not keep a session for each connection: ' +
        `${observation}. Gatehouse requires sessions for LISTEN, prepared statements and advisory locks. ` +
        'Use the pooler in session mode (PgBouncer: pool_mode = session), or connect to PostgreSQL ' +
        'directly.',
    );
  }
}

/**
 * Detects a connection pooler in transaction or statement mode by its behavior, not by its name.
 *
 * @throws PoolerError
 */
export async function assertSessionsAreKept(login: pg.ClientConfig): Promise<void> {
  const [first, second] = await openTwo(login);
  try {
    await assertNotificationsArrive(first, second);
    await assertBackendIsKept(first, second);
  } finally {
    abandon(first);
    abandon(second);
  }
}

async function openTwo(login: pg.ClientConfig): Promise<readonly [pg.Client, pg.Client]> {
  const open = () => openClient(login, 'gatehouse session check', connectTimeout);
  const first = await open();
  try {
    return [first, await open()];
  } catch (error) {
    abandon(first);
    throw error;
  }
}

/** A waiting connection receives nothing if its LISTEN was executed on a connection that others use now. */
async function assertNotificationsArrive(listener: pg.Client, sender: pg.Client): Promise<void> {
  const channel = `gatehouse_session_check_${randomUUID()}`;
  let timer: NodeJS.Timeout | undefined;
  const heard = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), hearingTimeout);
    listener.once('notification', () => resolve(true));
  });
  try {
    await listener.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    await sender.query('SELECT pg_notify($1, $2)', [channel, '']);
    if (!(await heard)) throw new PoolerError('a notification (LISTEN) did not arrive');
  } finally {
    clearTimeout(timer);
  }
}

/** While a second connection holds a transaction open, the first must still have the same backend. */
async function assertBackendIsKept(first: pg.Client, second: pg.Client): Promise<void> {
  const before = await backendOf(first);
  await second.query('BEGIN');
  const other = await backendOf(second);
  const after = await backendOf(first);
  await second.query('ROLLBACK');
  if (before !== after || before === other) throw new PoolerError('two connections shared one backend process');
}

async function backendOf(client: pg.Client): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid;
}
