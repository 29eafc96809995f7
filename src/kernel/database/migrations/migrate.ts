import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { type MigrationFile, migrationsDirectory, readMigrationFiles } from './migration-files.js';

/** The database cannot be migrated to this version's tables. The message gives the reason and a solution. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/** The table that Prisma Migrate creates, so that Prisma's tools understand the database. */
const bookkeepingTable = `
  CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id varchar(36) PRIMARY KEY NOT NULL,
    checksum varchar(64) NOT NULL,
    finished_at timestamptz,
    migration_name varchar(255) NOT NULL,
    logs text,
    rolled_back_at timestamptz,
    started_at timestamptz NOT NULL DEFAULT now(),
    applied_steps_count integer NOT NULL DEFAULT 0
  )`;

interface AppliedMigration {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished_at: Date | null;
}

/**
 * Applies pending migrations, each in one transaction together with its bookkeeping, so a migration that fails leaves
 * nothing behind.
 *
 * @param client holds the migration lock
 * @returns names of the migrations that were applied
 * @throws MigrationError
 */
export async function migrate(client: pg.Client, directory = migrationsDirectory): Promise<string[]> {
  await client.query(bookkeepingTable);
  const files = await readMigrationFiles(directory);
  const { rows: applied } = await client.query<AppliedMigration>(
    'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
  );
  const pending = pendingMigrations(files, applied);
  for (const migration of pending) await apply(client, migration);
  return pending.map(({ name }) => name);
}

/** @throws MigrationError if the applied migrations differ from the files */
function pendingMigrations(files: readonly MigrationFile[], applied: readonly AppliedMigration[]): MigrationFile[] {
  const filesByName = new Map(files.map((file) => [file.name, file]));
  for (const { migration_name: name, checksum, finished_at: finishedAt } of applied) {
    if (finishedAt === null) {
      throw new MigrationError(
        'Migration ' +
          `${name} was started by another tool and did not finish. Resolve it with "prisma migrate resolve" first.`,
      );
    }
    const file = filesByName.get(name);
    if (!file) {
      throw new MigrationError(
        `The database has migration ${name}, which this version of Gatehouse does not know: it was used by a newer one. Start that version, or restore a backup.`,
      );
    }
    if (file.checksum !== checksum) {
      throw new MigrationError(
        'Migration ' +
          `${name} was changed after it had been applied to this database. Restore the file, and make the ` +
          'change in a new migration.',
      );
    }
  }
  const appliedNames = new Set(applied.map(({ migration_name: name }) => name));
  return files.filter(({ name }) => !appliedNames.has(name));
}

async function apply(client: pg.Client, { name, sql, checksum }: MigrationFile): Promise<void> {
  try {
    await client.query('BEGIN');
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw new MigrationError(`Migration ${name} failed and was rolled back: ${describe(error, sql)}`, { cause: error });
  }
}

/** PostgreSQL counts characters from the start of the script; a line number is more useful. */
function describe(error: unknown, sql: string): string {
  if (!(error instanceof pg.DatabaseError)) return String(error);
  const line = error.position ? `, line ${sql.slice(0, Number(error.position)).split('\n').length}` : '';
  return `${error.message} (${error.code ?? 'no code'}${line})`;
}
