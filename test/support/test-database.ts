import pg from 'pg';
import { EmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import { newDataDirectory, removeDataDirectory } from './run-directory.js';

/** An embedded PostgreSQL for one test file. Nothing is kept, so nothing is flushed to disk. */
export interface TestDatabaseServer {
  readonly dataDirectory: string;
  /** Superuser's login to the database "gatehouse". */
  readonly login: pg.ClientConfig;
  /** Makes an empty database and gives its login. */
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

  async function query<R extends pg.QueryResultRow>(sql: string, values: unknown[] = [], as = login): Promise<R[]> {
    const client = new pg.Client(as);
    await client.connect();
    try {
      return (await client.query<R>(sql, values)).rows;
    } finally {
      await client.end();
    }
  }

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
