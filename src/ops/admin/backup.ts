import { existsSync } from 'node:fs';
import { chmod, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { Settings } from '../../kernel/config/settings.js';
import { allAccounts, withDatabase, withLogin } from '../../kernel/database/command-database.js';
import { openClient } from '../../kernel/database/connection.js';
import { prepareDatabase } from '../../kernel/database/prepare.js';
import { verifyAuditLogs } from '../../audit/verification/verify-command.js';
import { loadMasterKey } from '../../kernel/secrets/master-key.js';
import { SecretBox } from '../../kernel/secrets/secret-box.js';
import { CommandError } from './command-error.js';
import { asOperator } from './operator.js';
import { requireTool, runTool } from './postgres-tools.js';
import { progressBar } from './progress.js';
import { signingKeyOwner } from '../../access/tokens/key-ring.js';

/** The owner of the tables and their grants are those of the target database. */
const PORTABLE = ['--no-owner', '--no-privileges'];

/**
 * Writes the whole database to a file, readable only by this user, while the server runs. It is a consistent snapshot.
 *
 * @param file must not exist; it is created when it is complete
 * @throws CommandError
 */
export async function backUp(file: string): Promise<string> {
  const settings = Settings.fromEnvironment(process.env);
  if (existsSync(file)) throw new CommandError(`${file} already exists.`);
  await withClient(settings, async (client) => {
    await requireTool('pg_dump', client);
    await requireSightOfAll(client);
    const tables = await tablesOf(client);
    if (tables === 0) throw new CommandError('The database is empty: there is nothing to back up.');
    const partial = `${file}.partial`;
    await claim(partial);
    try {
      const advanced = counted('dumping contents of table', tables);
      await runTool('pg_dump', [...PORTABLE, '--format=custom', `--file=${partial}`], client, advanced);
      await chmod(partial, 0o600);
      await rename(partial, file);
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
  });
  return `Backup written to ${file}. It cannot be used without the master key: keep a copy of the key elsewhere.`;
}

/**
 * Restores a backup into an empty database, completely or not at all, and verifies its migrations, the master key and
 * the audit logs.
 *
 * @throws CommandError
 */
export async function restore(file: string): Promise<string> {
  const settings = Settings.fromEnvironment(process.env);
  if (!existsSync(file)) throw new CommandError(`There is no file ${file}.`);
  if (!settings.masterKey && !existsSync(join(settings.dataDirectory, 'master.key'))) {
    throw new CommandError('Set GATEHOUSE_MASTER_KEY to the master key of the backup.');
  }
  await withClient(settings, async (client) => {
    await requireTool('pg_restore', client);
    if ((await tablesOf(client)) > 0)
      throw new CommandError('The database is not empty. Restore into an empty database.');
    const advanced = counted('processing data for table', undefined);
    const words = [...PORTABLE, '--single-transaction', '--exit-on-error', `--dbname=${client.database}`, file];
    await runTool('pg_restore', words, client, advanced);
  });
  await withLogin(settings, prepareDatabase);
  const accounts = await requireMasterKey(settings);
  // Before anything is appended: the content of the backup is verified.
  if ((await verifyAuditLogs([])) !== 0) throw new CommandError('The backup is restored, but an audit log is broken.');
  await asOperator(({ database, record }) =>
    database.forPlatform((tx) => record(tx, undefined, 'gatehouse:RestoreBackup', { accounts })),
  );
  return `Restored ${accounts} accounts from ${file}.`;
}

/** If two backups are written to one file at the same time, one succeeds. */
async function claim(partial: string): Promise<void> {
  try {
    await (await open(partial, 'wx', 0o600)).close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new CommandError(
      `${partial} exists: another backup is running, or was interrupted. If it was interrupted, remove the file.`,
    );
  }
}

async function withClient(settings: Settings, work: (client: pg.Client) => Promise<void>): Promise<void> {
  await withLogin(settings, async (login) => {
    const client = await openClient(login, 'gatehouse backup');
    try {
      await work(client);
    } finally {
      await client.end();
    }
  });
}

/** Forced row-level security also applies to the owner, for which every table would appear empty. */
async function requireSightOfAll(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ sees: boolean }>(
    'SELECT rolsuper OR rolbypassrls AS sees FROM pg_roles WHERE rolname = current_user',
  );
  if (rows[0]?.sees) return;
  throw new CommandError(
    'This database user cannot read all rows. Set DATABASE_URL to a user that bypasses row-level ' +
      'security, such as a superuser.',
  );
}

async function tablesOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'`,
  );
  return rows[0]!.count;
}

/** Counts lines that report the start of work on a table. */
function counted(beginning: string, all: number | undefined): (line: string) => void {
  const advanced = progressBar('tables');
  let done = 0;
  return (line) => {
    if (!line.includes(beginning)) return;
    done += 1;
    advanced(done, Math.max(done, all ?? done));
  };
}

/** @returns number of accounts */
async function requireMasterKey(settings: Settings): Promise<number> {
  const secrets = new SecretBox(loadMasterKey(settings).key, settings.previousMasterKeys);
  return withDatabase(settings, async ({ database }) => {
    const [key] = await database.forPlatform((tx) => tx.signingKey.findMany({ take: 1 }));
    // Its error message contains a solution.
    if (key) secrets.open(key.sealedPrivateJwk, signingKeyOwner(key.keyId));
    let accounts = 0;
    for await (const _ of allAccounts(database)) accounts += 1;
    return accounts;
  });
}
