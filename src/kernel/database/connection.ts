import pg from 'pg';

/** Where the database is and as whom to work in it. */
export interface ConnectionTarget {
  /** Address and login. */
  readonly login: pg.ClientConfig;
  /** The role that transactions enter (see server-role.ts); undefined: they stay the login role. */
  readonly role: string | undefined;
}

/** Milliseconds. Longer waits help no caller: a request that cannot have a connection by then is refused with 503. */
export const connectTimeout = 5_000;

/**
 * What every connection does first. `statement_timeout` and `idle_in_transaction_session_timeout` bound what a
 * statement or a stuck process can hold; they lie above the transaction timeout, so they only act when that fails.
 *
 * The role is not entered here but by each transaction (scope.ts): a connection pooler may give them different connections.
 */
export async function setLimits(client: pg.ClientBase): Promise<void> {
  await client.query("SET statement_timeout = '20s'; SET idle_in_transaction_session_timeout = '30s'");
}

/**
 * One connection outside the pool, as the login role. The caller ends it, and listens for 'end' to learn that it was lost.
 *
 * @param answerTimeout milliseconds after which a statement counts as failed, though its answer is still under way;
 *   default: none
 */
export async function openClient(
  login: pg.ClientConfig,
  applicationName: string,
  answerTimeout?: number,
): Promise<pg.Client> {
  const client = new pg.Client({
    ...login,
    application_name: applicationName,
    connectionTimeoutMillis: connectTimeout,
    keepAlive: true,
    ...(answerTimeout === undefined ? {} : { query_timeout: answerTimeout }),
  });
  try {
    await connect(client);
    await setLimits(client);
    return client;
  } catch (error) {
    abandon(client);
    throw error;
  }
}

/**
 * Connects, with a listener for the 'error' that node-postgres emits when an idle connection is lost, which would
 * otherwise end the process.
 */
export async function connect(client: pg.Client): Promise<void> {
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    abandon(client);
    throw error;
  }
}

/** Closes without waiting for the server's part in it, which never comes when the connection is lost. */
export function abandon(client: pg.Client): void {
  void client.end().catch(() => undefined);
}
