import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, readlink, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { EmbeddedPostgres } from '../../src/kernel/database/embedded/embedded-postgres.js';
import { EmbeddedPostgresError } from '../../src/kernel/database/embedded/error.js';
import { findPostmaster } from '../../src/kernel/database/embedded/postmaster.js';
import { databaseUser } from '../../src/kernel/database/embedded/system-user.js';
import { newDataDirectory, removeDataDirectory } from '../support/run-directory.js';

const holdScript = fileURLToPath(new URL('../support/hold-database.mjs', import.meta.url));

let dataDirectory: string;
let cluster: string;
let started: EmbeddedPostgres[];
let children: ChildProcess[];

beforeEach(async () => {
  started = [];
  children = [];
  useDirectory(await newDataDirectory());
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const embedded of started) await embedded.stop();
  await removeDataDirectory(dataDirectory);
});

function useDirectory(directory: string): void {
  dataDirectory = directory;
  cluster = join(directory, 'postgres', 'cluster');
}

async function start(): Promise<{ embedded: EmbeddedPostgres; login: pg.ClientConfig }> {
  const embedded = new EmbeddedPostgres(dataDirectory);
  const login = await embedded.start();
  started.push(embedded);
  return { embedded, login };
}

/** A server in a separate process. */
async function startElsewhere(): Promise<{ child: ChildProcess; says: string }> {
  const child = spawn(process.execPath, [holdScript, dataDirectory], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [says] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, says: says.toString().trim() };
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function query(login: pg.ClientConfig, sql: string): Promise<unknown[]> {
  const client = new pg.Client(login);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

const remember = (login: pg.ClientConfig) => query(login, 'CREATE TABLE memory AS SELECT 42 AS answer');
const recall = (login: pg.ClientConfig) => query(login, 'SELECT answer FROM memory');
const remembered = [{ answer: 42 }];

it('keeps its data over a stop and a start, and stops in order', async () => {
  const { embedded, login } = await start();
  await remember(login);
  await embedded.stop();
  expect(await findPostmaster(cluster)).toBeUndefined();
  expect(await readFile(join(dataDirectory, 'postgres', 'postgres.log'), 'utf8')).toContain(
    'database system is shut down',
  );
  expect(await recall((await start()).login)).toEqual(remembered);
  expect(await readFile(join(dataDirectory, 'postgres', 'postgres.log'), 'utf8')).not.toContain(
    'not properly shut down',
  );
});

it('is not reachable over TCP, and not without its password', async () => {
  const { login } = await start();
  expect(await query(login, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '' }]);
  await expect(query({ ...login, password: 'guess' }, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
});

it('tells a second server who holds the data directory, and leaves the first alone', async () => {
  const { login } = await start();
  const { says } = await startElsewhere();
  expect(says).toContain(
    `The data directory ${dataDirectory} is in use by another Gatehouse server (process ${process.pid}`,
  );
  expect(await query(login, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

it('gives the data directory to one of two servers at their first start', async () => {
  const answers = await Promise.all([startElsewhere(), startElsewhere()]);
  const [loser, ...others] = answers.map(({ says }) => says).filter((says) => says !== 'started');
  expect(loser).toContain('is in use by another Gatehouse');
  expect(others).toEqual([]);
});

describe('after the server was killed', () => {
  it('starts afresh from the PostgreSQL that was left behind', async () => {
    const { child } = await startElsewhere();
    await kill(child);
    const orphan = await findPostmaster(cluster);
    expect(orphan?.status).toBe('ready');
    const { login } = await start();
    expect((await findPostmaster(cluster))?.pid).not.toBe(orphan?.pid);
    expect(await query(login, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('finds it even when the checkout was moved meanwhile', async () => {
    const { login, embedded } = await start();
    await remember(login);
    await embedded.stop();
    const { child } = await startElsewhere();
    await kill(child);
    await rename(dataDirectory, `${dataDirectory}-moved`);
    useDirectory(`${dataDirectory}-moved`);
    expect(await recall((await start()).login)).toEqual(remembered);
  });

  it('recovers from a crash of the whole machine, with lock files whose process id is now another program’s', async () => {
    const { login, embedded } = await start();
    await remember(login);
    await embedded.stop();
    const other = spawn('sleep', ['60'], { ...(await databaseUser()), cwd: '/' });
    children.push(other);
    const lock = `${other.pid}\n${cluster}\n0\n5432\n${dataDirectory}/postgres\n\n\nready   \n`;
    await writeFile(join(cluster, 'postmaster.pid'), lock);
    await writeFile(join(dataDirectory, 'postgres', '.s.PGSQL.5432.lock'), lock);
    expect(await recall((await start()).login)).toEqual(remembered);
    expect(other.exitCode ?? other.signalCode).toBeNull();
  });
});

it('starts PostgreSQL again when its main process dies', async () => {
  const { login } = await start();
  await remember(login);
  const before = await findPostmaster(cluster);
  process.kill(before!.pid, 'SIGKILL');
  let answer: unknown;
  while (answer === undefined) {
    await pause(100);
    answer = await recall(login).catch(() => undefined);
  }
  expect(answer).toEqual(remembered);
  expect((await findPostmaster(cluster))?.pid).not.toBe(before?.pid);
});

it('works from a checkout that was moved', async () => {
  const { login, embedded } = await start();
  await remember(login);
  await embedded.stop();
  await rename(dataDirectory, `${dataDirectory}-moved`);
  useDirectory(`${dataDirectory}-moved`);
  expect(await recall((await start()).login)).toEqual(remembered);
});

it('works from a folder whose name is too long for a socket, and odd', async () => {
  const parent = dataDirectory;
  await chmod(parent, 0o755);
  useDirectory(join(parent, `an "odd", name ${'x'.repeat(100)}`));
  try {
    const { login, embedded } = await start();
    expect(login.host).toMatch(/\/gatehouse-[0-9a-f]{16}$/);
    expect(await realpath(join(dataDirectory, 'postgres'))).toContain('an "odd", name');
    expect(await query(login, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await embedded.stop();
  } finally {
    await removeDataDirectory(dataDirectory);
    useDirectory(parent);
  }
});

it('refuses a cluster of another major version and says what to do', async () => {
  const { embedded } = await start();
  await embedded.stop();
  await writeFile(join(cluster, 'PG_VERSION'), '12\n');
  const failure = start();
  await expect(failure).rejects.toThrow(EmbeddedPostgresError);
  await expect(failure).rejects.toThrow(
    /was created by PostgreSQL 12, and this version of Gatehouse contains 18\. .*pg_dump/,
  );
});

it('clears away a first start that was interrupted', async () => {
  const { pid } = spawn('true');
  await pause(200);
  const unfinished = join(dataDirectory, 'postgres', `cluster.${pid}`);
  await mkdir(unfinished, { recursive: true });
  await writeFile(join(unfinished, 'PG_VERSION'), '18\n');
  const { login } = await start();
  expect(await query(login, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await expect(readFile(join(unfinished, 'PG_VERSION'))).rejects.toMatchObject({ code: 'ENOENT' });
});

const asRoot = process.geteuid?.() === 0 ? it : it.skip;

asRoot('started by root where the system user postgres cannot go, keeps its data under /var/lib', async () => {
  const parent = dataDirectory;
  await chmod(parent, 0o700);
  useDirectory(join(parent, 'data'));
  let home: string | undefined;
  try {
    const { login, embedded } = await start();
    await remember(login);
    home = await readlink(join(dataDirectory, 'postgres'));
    expect(home).toMatch(/^\/var\/lib\/gatehouse\/postgres-/);
    await embedded.stop();
    expect(await recall((await start()).login)).toEqual(remembered);
  } finally {
    for (const embedded of started) await embedded.stop();
    if (home) await rm(home, { recursive: true, force: true });
    useDirectory(parent);
  }
});
