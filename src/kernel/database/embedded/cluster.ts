import { spawn } from 'node:child_process';
import { lchown, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries } from './binaries.js';
import { EmbeddedPostgresError } from './error.js';
import type { Home } from './home.js';
import { cannotRun, isAlive, postgresEnvironment } from './processes.js';
import type { SystemUser } from './system-user.js';

/** The name of the superuser. */
export const superuser = 'postgres';

/**
 * Creates the cluster (PostgreSQL's data directory) if there is none.
 *
 * It is created under another name and renamed when it is complete, so an interrupted first start leaves no incomplete
 * cluster, and two servers that start for the first time use the same one.
 *
 * @throws EmbeddedPostgresError if it was created by another major version of PostgreSQL
 */
export async function prepareCluster(home: Home, binaries: Binaries, user: SystemUser): Promise<void> {
  await removeUnfinished(home);
  const version = await readFile(join(home.cluster, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (version === undefined) return makeCluster(home, binaries, user);
  if (version.trim() !== binaries.majorVersion) {
    throw new EmbeddedPostgresError(
      'The database in ' +
        `${home.directory} was created by PostgreSQL ${version.trim()}, and this version of Gatehouse ` +
        `contains ${binaries.majorVersion}. Start the version of Gatehouse that created it, dump the ` +
        'database with pg_dump, and restore it into a new data directory.',
    );
  }
}

async function makeCluster(home: Home, binaries: Binaries, user: SystemUser): Promise<void> {
  const draft = join(home.directory, `cluster.${process.pid}`);
  await mkdir(draft, { mode: 0o700 });
  await lchown(draft, user.uid, user.gid);
  await initdb(home, draft, binaries, user);
  await rename(draft, home.cluster).catch(async (error: NodeJS.ErrnoException) => {
    await rm(draft, { recursive: true, force: true });
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
}

/** Leftovers of interrupted first starts. */
async function removeUnfinished(home: Home): Promise<void> {
  for (const name of await readdir(home.directory)) {
    const pid = /^cluster\.([0-9]+)$/.exec(name)?.[1];
    if (pid && !isAlive(Number(pid))) await rm(join(home.directory, name), { recursive: true, force: true });
  }
}

function initdb(home: Home, directory: string, binaries: Binaries, user: SystemUser): Promise<void> {
  const args = [
    ['--pgdata', directory],
    ['--username', superuser],
    ['--pwfile', join(home.directory, 'password')],
    ['--auth', 'scram-sha-256'],
    ['--encoding', 'UTF8'],
    // Text is compared by PostgreSQL's own rules, so that the data does not depend on the libraries of the machine.
    ['--locale', 'C'],
    ['--locale-provider', 'builtin'],
    ['--builtin-locale', 'C.UTF-8'],
    ['--no-instructions'],
  ].flat();
  return new Promise((resolve, reject) => {
    const child = spawn(binaries.initdb, args, {
      ...user,
      cwd: home.directory,
      env: postgresEnvironment(),
      // The server handles Ctrl-C.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let complaints = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
    child.on('error', (error) =>
      reject(new EmbeddedPostgresError(cannotRun(binaries.initdb, error), { cause: error })),
    );
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new EmbeddedPostgresError(`initdb could not create a database (${code}): ${complaints.trim()}`));
    });
  });
}
