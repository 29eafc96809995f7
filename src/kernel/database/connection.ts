import pg from 'pg';

/** The address of the database, and the role to use. */
export interface ConnectionTarget {
  /** Address and login. */
  readonly login: pg.ClientConfig;
  /** The role that transactions set (see server-role.ts); undefined: they keep the login role. */
  readonly role: string | undefined;
}

/** Milliseconds. A request that has no connection by then is refused with 503. */
export const connectTimeout = 5_000;

/**
 * The first statements on every connection. `statement_timeout` and `idle_in_transaction_session_timeout` limit what a
 * statement or a stuck process can block. They are above the transaction timeout, so they take effect only if that
 * fails.
 *
 * The role is set by each transaction (scope.ts) and not here, because a connection pooler may use different
 * connections for them.
 */
export async function setLimits(client: pg.ClientBase): Promise<void> {
  await client.query("SET statement_timeout = '20s'; SET idle_in_transaction_session_timeout = '30s'");
}

/**
 * A connection outside of the pool, as the login role. The caller ends it, and listens for 'end' to learn that it was
 * lost.
 *
 * @param answerTimeout milliseconds after which a statement fails if there is no response; default: none
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
 * Connects, with a listener for the 'error' event that node-postgres emits when an idle connection is lost. Without a
 * listener it would end the process.
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

/** Closes without waiting for the server, whose response never arrives if the connection is lost. */
export function abandon(client: pg.Client): void {
  void client.end().catch(() => undefined);
}
