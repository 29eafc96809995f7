import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { MigrationError } from '../../src/kernel/database/migrations/migrate.js';
import { DatabaseConnectionError, prepareDatabase } from '../../src/kernel/database/prepare.js';
import { DatabaseRoleError } from '../../src/kernel/database/server-role.js';
import { runDirectory } from '../support/run-directory.js';
import { startTestDatabase, type TestDatabaseServer } from '../support/test-database.js';

let server: TestDatabaseServer;
let login: pg.ClientConfig;
let databases = 0;

beforeAll(async () => {
  server = await startTestDatabase();
});

afterAll(() => server?.stop());

beforeEach(async () => {
  login = await server.createDatabase(`migrations_${++databases}`);
});

/** A folder of migrations, name to SQL. */
async function migrations(scripts: Record<string, string>): Promise<string> {
  const directory = await mkdtemp(join(runDirectory(), 'migrations-'));
  for (const [name, sql] of Object.entries(scripts)) {
    await mkdir(join(directory, name));
    await writeFile(join(directory, name, 'migration.sql'), sql);
  }
  return directory;
}

/** The function that preparation calls after every migration; the real one is part of the audit log's migration. */
const first = {
  '20260101000000_first': `CREATE TABLE first (n int);
    CREATE FUNCTION gatehouse_make_audit_partitions(months int) RETURNS void LANGUAGE sql AS 'SELECT';`,
};
const second = { '20260102000000_second': 'CREATE TABLE second (n int);' };

it('applies the real ones once', async () => {
  expect((await prepareDatabase(login)).applied).toContain('20261124000000_foundation');
  expect((await prepareDatabase(login)).applied).toEqual([]);
});

it('applies only what is new, in the order of names', async () => {
  await prepareDatabase(login, await migrations(first));
  const { applied } = await prepareDatabase(login, await migrations({ ...second, ...first }));
  expect(applied).toEqual(Object.keys(second));
});

it('is safe for several servers at once', async () => {
  const directory = await migrations({ ...first, ...second });
  const runs = await Promise.all([1, 2, 3, 4].map(() => prepareDatabase(login, directory)));
  expect(runs.flatMap(({ applied }) => applied)).toEqual([...Object.keys(first), ...Object.keys(second)]);
});

it('keeps books that Prisma understands', async () => {
  await prepareDatabase(login, await migrations(first));
  const rows = await server.query(
    'SELECT migration_name, checksum, finished_at IS NOT NULL AS finished, rolled_back_at, applied_steps_count FROM _prisma_migrations',
    [],
    login,
  );
  expect(rows).toEqual([
    {
      migration_name: '20260101000000_first',
      // printf 'CREATE TABLE first (n int);' | sha256sum
      checksum: createHash('sha256').update(first['20260101000000_first']).digest('hex'),
      finished: true,
      rolled_back_at: null,
      applied_steps_count: 1,
    },
  ]);
});

it('refuses an applied migration that was edited', async () => {
  await prepareDatabase(login, await migrations(first));
  const edited = await migrations({ '20260101000000_first': 'CREATE TABLE first (n bigint);' });
  await expect(prepareDatabase(login, edited)).rejects.toThrow(
    new MigrationError(
      'Migration 20260101000000_first was changed after it had been applied to this database. Restore the file, and make the change in a new migration.',
    ),
  );
});

it('refuses a database that a newer version has used', async () => {
  await prepareDatabase(login, await migrations({ ...first, ...second }));
  await expect(prepareDatabase(login, await migrations(first))).rejects.toThrow(
    /has migration 20260102000000_second, which this version of Gatehouse does not know/,
  );
});

it('leaves nothing of a migration that fails, says where it failed, and goes on once it is repaired', async () => {
  const broken = { '20260102000000_second': 'CREATE TABLE second (n int);\nINSERT INTO nowhere VALUES (1);' };
  await expect(prepareDatabase(login, await migrations({ ...first, ...broken }))).rejects.toThrow(
    'Migration 20260102000000_second failed and was rolled back: relation "nowhere" does not exist (42P01, line 2)',
  );
  expect(
    await server.query(`SELECT to_regclass('first') IS NOT NULL AS first, to_regclass('second') AS second`, [], login),
  ).toEqual([{ first: true, second: null }]);
  const { applied } = await prepareDatabase(login, await migrations({ ...first, ...second }));
  expect(applied).toEqual(Object.keys(second));
});

describe('as a login that is no superuser', () => {
  beforeAll(async () => {
    await server.query(`CREATE ROLE plain LOGIN PASSWORD 'plain'`);
    await server.query(`CREATE ROLE creator LOGIN CREATEROLE PASSWORD 'creator'`);
    await server.query(`CREATE ROLE exempt LOGIN BYPASSRLS PASSWORD 'exempt'`);
  });

  const as = async (role: string): Promise<pg.ClientConfig> => {
    const database = `owned_by_${role}`;
    await server.createDatabase(database, role);
    return { ...server.login, database, user: role, password: role };
  };

  it('works as that login when it may not create roles', async () => {
    expect((await prepareDatabase(await as('plain'))).target.role).toBeUndefined();
  });

  it('makes a role of its own when it may, and again at the next start', async () => {
    const creator = await as('creator');
    const { target } = await prepareDatabase(creator);
    expect(target.role).toMatch(/^gatehouse_server_[0-9]+$/);
    expect((await prepareDatabase(creator)).target.role).toBe(target.role);
  });

  it('does not start as one that row-level security does not bind', async () => {
    await expect(prepareDatabase(await as('exempt'))).rejects.toThrow(DatabaseRoleError);
  });

  it('gives databases on one PostgreSQL different roles', async () => {
    const roles = await Promise.all(
      ['one', 'two'].map(async (name) => prepareDatabase(await server.createDatabase(name))),
    );
    expect(new Set(roles.map(({ target }) => target.role)).size).toBe(2);
  });
});

describe('a database that cannot be used', () => {
  it.each([
    ['refuses the password', { password: 'guess' }, 'password authentication failed for user "postgres"'],
    ['does not exist', { database: 'nowhere' }, 'database "nowhere" does not exist'],
    ['is not there', { host: '127.0.0.1', port: 1 }, 'connect ECONNREFUSED 127.0.0.1:1'],
    ['is not there under any address', { host: 'localhost', port: 1 }, 'connect ECONNREFUSED 127.0.0.1:1'],
  ])('%s: says so and ends', async (_, change, reason) => {
    const failure = prepareDatabase({ ...server.login, ...change });
    await expect(failure).rejects.toThrow(DatabaseConnectionError);
    await expect(failure).rejects.toThrow(reason);
  });
});
