import pg from 'pg';
import { makeAuditPartitions } from './audit-partitions.js';
import { abandon, connect, connectTimeout, type ConnectionTarget, openClient } from './connection.js';
import { migrate, MigrationError } from './migrations/migrate.js';
import { withMigrationLock } from './owner-locks.js';
import { migrationsDirectory } from './migrations/migration-files.js';
import { assertRowSecurityApplies, prepareServerRole } from './server-role.js';
import { assertSessionsAreKept } from './session-check.js';

/** The result of preparing a database. */
export interface PreparedDatabase {
  readonly target: ConnectionTarget;
  /** Names of the migrations that were applied. */
  readonly applied: readonly string[];
}

/** The database cannot be reached or refuses the login. */
export class DatabaseConnectionError extends Error {
  override readonly name = 'DatabaseConnectionError';

  constructor(cause: unknown) {
    super(`The database cannot be used: ${reasonOf(cause)}. Is PostgreSQL running, and is DATABASE_URL correct?`, {
      cause,
    });
  }
}

const oldestSupported = { versionNumber: 140_000, name: '14' };

/**
 * Migrates a database to this version's tables and determines the role to use.
 *
 * @param login the owner of the tables
 * @throws DatabaseConnectionError, MigrationError, DatabaseRoleError, PoolerError
 */
export async function prepareDatabase(
  login: pg.ClientConfig,
  directory = migrationsDirectory,
): Promise<PreparedDatabase> {
  // Not `openClient`: a migration may take longer than the limits for requests.
  const owner = new pg.Client({
    ...login,
    application_name: 'gatehouse migration',
    connectionTimeoutMillis: connectTimeout,
  });
  await connect(owner).catch((error: unknown) => {
    throw new DatabaseConnectionError(error);
  });
  try {
    await assertSupportedVersion(owner);
    // Before the lock is taken, which a pooler in transaction mode would leave on another client's connection.
    await assertSessionsAreKept(login);
    const { applied, role } = await withMigrationLock(owner, async () => {
      const applied = await migrate(owner, directory);
      await makeAuditPartitions(owner);
      return { applied, role: await prepareServerRole(owner) };
    });
    const target = { login, role };
    await assertServerMayWork(target);
    return { target, applied };
  } finally {
    abandon(owner);
  }
}

async function assertSupportedVersion(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ version: string; number: number }>(
    `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number`,
  );
  const [found] = rows;
  if (found && found.number >= oldestSupported.versionNumber) return;
  throw new MigrationError(
    `Gatehouse requires PostgreSQL ${oldestSupported.name} or later; this server is ${found?.version}.`,
  );
}

async function assertServerMayWork({ login, role }: ConnectionTarget): Promise<void> {
  const client = await openClient(login, 'gatehouse role check');
  try {
    await assertRowSecurityApplies(client, role);
  } finally {
    await client.end();
  }
}

/** A host name with several addresses fails with one error for each, and without its own message. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}
