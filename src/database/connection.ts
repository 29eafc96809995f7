import pg from 'pg';

/** Where the database is and as whom to work in it. */
export interface ConnectionTarget {
  /** Address and login. */
  readonly login: pg.ClientConfig;
  /** The role to become after login (see server-role.ts); undefined: stay the login role. */
  readonly role: string | undefined;
}

/** Milliseconds. Longer waits help no caller: a request that cannot have a connection by then is refused with 503. */
export const connectTimeout = 5_000;

/**
 * What every connection does first. `statement_timeout` and `idle_in_transaction_session_timeout` bound what a
 * statement or a stuck process can hold; they lie above the transaction timeout, so they only act when that fails.
 */
export async function enterRole(client: pg.ClientBase, role: string | undefined): Promise<void> {
  const statements = ["SET statement_timeout = '20s'", "SET idle_in_transaction_session_timeout = '30s'"];
  if (role !== undefined) statements.push(`SET ROLE ${pg.escapeIdentifier(role)}`);
  await client.query(statements.join('; '));
}

/**
 * One connection outside the pool, connected and in its role. The caller ends it, and listens for 'end' to learn that
 * it was lost.
 *
 * @param answerTimeout milliseconds after which a statement counts as failed, though its answer is still under way;
 *   default: none
 */
export async function openClient(
  target: ConnectionTarget,
  applicationName: string,
  answerTimeout?: number,
): Promise<pg.Client> {
  const client = new pg.Client({
    ...target.login,
    application_name: applicationName,
    connectionTimeoutMillis: connectTimeout,
    keepAlive: true,
    ...(answerTimeout === undefined ? {} : { query_timeout: answerTimeout }),
  });
  try {
    await connect(client);
    await enterRole(client, target.role);
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
