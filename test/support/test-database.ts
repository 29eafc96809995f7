import pg from 'pg';
import { EmbeddedPostgres } from '../../src/kernel/database/embedded/embedded-postgres.js';
import { newDataDirectory, removeDataDirectory } from './run-directory.js';

/** An embedded PostgreSQL for one test file. Nothing is kept, so nothing is flushed to disk. */
export interface TestDatabaseServer {
  readonly dataDirectory: string;
  /** Superuser's login to the database "gatehouse". */
  readonly login: pg.ClientConfig;
  /** Creates an empty database and returns its login. */
  createDatabase(name: string, owner?: string): Promise<pg.ClientConfig>;
  /** One statement as the superuser, outside of all scopes. */
  query<R extends pg.QueryResultRow>(sql: string, values?: unknown[], login?: pg.ClientConfig): Promise<R[]>;
  stop(): Promise<void>;
}

const unflushed = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

export async function startTestDatabase(): Promise<TestDatabaseServer> {
  const dataDirectory = await newDataDirectory();
  const embedded = new EmbeddedPostgres(dataDirectory, unflushed);
  const login = await embedded.start();

  const query: TestDatabaseServer['query'] = (sql, values = [], as = login) => queryAs(as, sql, values);

  return {
    dataDirectory,
    login,
    query,
    async createDatabase(name, owner) {
      await query(`CREATE DATABASE ${name} ${owner ? `OWNER ${owner}` : ''}`);
      return { ...login, database: name };
    },
    async stop() {
      await embedded.stop();
      await removeDataDirectory(dataDirectory);
    },
  };
}

/** One statement over a separate connection. */
export async function queryAs<R extends pg.QueryResultRow>(
  login: pg.ClientConfig,
  sql: string,
  values: unknown[] = [],
): Promise<R[]> {
  const client = new pg.Client(login);
  await client.connect();
  try {
    return (await client.query<R>(sql, values)).rows;
  } finally {
    await client.end();
  }
}
