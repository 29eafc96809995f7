import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { EmbeddedPostgres } from '../../src/kernel/database/embedded/embedded-postgres.js';
import { databaseUrl } from './replicas.js';
import { newDataDirectory, removeDataDirectory } from './run-directory.js';
import { queryAs, type TestDatabaseServer } from './test-database.js';

/** A PostgreSQL that replicates another one and answers reads (hot standby). */
export interface TestStandby {
  readonly url: string;
  query<R extends pg.QueryResultRow>(sql: string): Promise<R[]>;
  /** Its data is kept when it starts again. */
  halt(): Promise<void>;
  start(): Promise<void>;
  /** Stops it and removes its files. */
  stop(): Promise<void>;
}

/** Files that a copy of a running cluster must not contain. */
const ofTheRunning = /\/(postmaster\.(pid|opts)|postgres\.log.*|\.s\.PGSQL.*)$/;

/**
 * A standby of a database without concurrent writes. The embedded PostgreSQL does not include pg_basebackup: this is
 * the same by hand. Source: PostgreSQL, "Making a Base Backup Using the Low Level API".
 */
export async function startStandby(primary: TestDatabaseServer): Promise<TestStandby> {
  const dataDirectory = await newDataDirectory();
  const home = join(dataDirectory, 'postgres');
  const backup = new pg.Client(primary.login);
  await backup.connect();
  await backup.query(`SELECT pg_backup_start('standby', true)`);
  await cp(join(primary.dataDirectory, 'postgres'), home, {
    recursive: true,
    filter: (path) => !ofTheRunning.test(path),
  });
  const { rows } = await backup.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop()');
  await backup.end();
  await writeFile(join(home, 'cluster', 'backup_label'), rows[0]!.labelfile);
  await writeFile(join(home, 'cluster', 'standby.signal'), '');

  const { host, port, user, password } = primary.login;
  const source = `host='${host}' port=${port} user=${user} password='${password as string}'`;
  let embedded: EmbeddedPostgres;
  let login: pg.ClientConfig;
  const start = async () => {
    embedded = new EmbeddedPostgres(dataDirectory, { primary_conninfo: source, fsync: 'off' });
    login = await embedded.start();
  };
  await start();
  return {
    get url() {
      return databaseUrl(login);
    },
    query: (sql) => queryAs(login, sql),
    start,
    halt: () => embedded.stop(),
    async stop() {
      await embedded.stop();
      await removeDataDirectory(dataDirectory);
    },
  };
}
