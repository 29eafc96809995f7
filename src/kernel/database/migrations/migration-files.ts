import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** One folder of prisma/migrations. */
export interface MigrationFile {
  /** `<timestamp>_<name>`: the name of the folder, which determines the order. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the script in hexadecimal, as Prisma Migrate computes it. */
  readonly checksum: string;
}

/** The same path from src/ and from dist/. */
export const migrationsDirectory = fileURLToPath(new URL('../../../../prisma/migrations/', import.meta.url));

/** All migrations, oldest first. */
export async function readMigrationFiles(directory: string): Promise<MigrationFile[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(`${directory}/${name}/migration.sql`, 'utf8');
      return { name, sql, checksum: migrationChecksum(sql) };
    }),
  );
}

/** Line endings are normalized first, so that a checkout with CRLF does not look like an edited migration. */
export function migrationChecksum(sql: string): string {
  return createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex');
}
