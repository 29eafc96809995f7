import type pg from 'pg';
import type { Settings } from '../config/settings.js';
import { type ConnectionTarget, openClient } from './connection.js';
import { Database } from './database.service.js';
import { EmbeddedPostgres } from './embedded/embedded-postgres.js';
import { findServerRole } from './server-role.js';

const ACCOUNTS_AT_A_TIME = 1_000;

/** The database for a command: it uses the server's role, under row-level security like the server. */
export interface ReachedDatabase {
  readonly database: Database;
  readonly target: ConnectionTarget;
}

/** Like `withLogin`, with data to process. */
export function withDatabase<T>(settings: Settings, work: (reached: ReachedDatabase) => Promise<T>): Promise<T> {
  return withLogin(settings, async (login) => {
    const target = { login, role: await roleFor(login) };
    const database = new Database(target, 2);
    try {
      return await work({ database, target });
    } finally {
      await database.close();
    }
  });
}

async function roleFor(login: pg.ClientConfig): Promise<string | undefined> {
  const client = await openClient(login, 'gatehouse command');
  try {
    return await findServerRole(client);
  } finally {
    await client.end();
  }
}

/** Uses the embedded PostgreSQL if it is running, and otherwise starts it for the duration of the work. */
export async function withLogin<T>(settings: Settings, work: (login: pg.ClientConfig) => Promise<T>): Promise<T> {
  let started: EmbeddedPostgres | undefined;
  let login: pg.ClientConfig | undefined = settings.databaseUrl
    ? { connectionString: settings.databaseUrl }
    : await EmbeddedPostgres.loginOfRunning(settings.dataDirectory);
  if (!login) {
    started = new EmbeddedPostgres(settings.dataDirectory);
    login = await started.start();
  }
  try {
    return await work(login);
  } finally {
    await started?.stop();
  }
}

/** The IDs of all accounts, in order, including purged ones. */
export async function* allAccounts(database: Database): AsyncGenerator<string> {
  for (let last = ''; ;) {
    const accounts = await database.forPlatform((tx) =>
      tx.account.findMany({
        where: { accountId: { gt: last } },
        orderBy: { accountId: 'asc' },
        take: ACCOUNTS_AT_A_TIME,
        select: { accountId: true },
      }),
    );
    for (const { accountId } of accounts) yield accountId;
    if (accounts.length < ACCOUNTS_AT_A_TIME) return;
    last = accounts.at(-1)!.accountId;
  }
}
