import { createHash, randomBytes } from 'node:crypto';
import {
  chmod,
  lchown,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  rmdir,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, parse } from 'node:path';
import { EmbeddedPostgresError } from './error.js';
import type { SystemUser } from './system-user.js';

/** The maximum length of a socket path on all platforms (macOS: 104 bytes with the terminating zero). */
const longestSocketPath = 103;

/** PostgreSQL includes the port in the name of the socket; there is no TCP port. */
export const port = 5432;

/** The files of the embedded PostgreSQL. All of them belong to the user that PostgreSQL runs as. */
export interface Home {
  /** Absolute, without symbolic links. */
  readonly directory: string;
  /** PostgreSQL's own data directory. */
  readonly cluster: string;
  readonly logFile: string;
  readonly socketDirectory: string;
  readonly password: string;
}

/**
 * `<dataDirectory>/postgres`, created if it is missing.
 *
 * If root runs Gatehouse in a folder that the system user postgres cannot reach (such as one under /root), the home is
 * a new folder under /var/lib/gatehouse instead, and `<dataDirectory>/postgres` a link to it.
 */
export async function prepareHome(dataDirectory: string, user: SystemUser): Promise<Home> {
  const asRoot = process.geteuid!() === 0;
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  if (asRoot) await letThrough(dataDirectory);
  const entry = join(dataDirectory, 'postgres');
  if (!(await lstat(entry).catch(() => undefined))) await makeHome(entry, user);
  const directory = await realpath(entry).catch((error: unknown) => {
    throw new EmbeddedPostgresError(`${entry} links to a folder that is missing. Restore it, or remove the link.`, {
      cause: error,
    });
  });
  await assertOwner(directory, user, asRoot);
  await chmod(directory, 0o700);
  return {
    directory,
    cluster: join(directory, 'cluster'),
    logFile: join(directory, 'postgres.log'),
    socketDirectory: await socketDirectory(directory, user),
    password: await readOrMakePassword(join(directory, 'password'), user),
  };
}

/** Whether `user` can reach the content of `directory`, by the permission bits of the directory and all its parents. */
export async function canReach(directory: string, user: SystemUser): Promise<boolean> {
  if (process.geteuid!() !== 0) return true;
  for (let current = directory; ; current = dirname(current)) {
    const { mode, uid, gid } = await stat(current);
    const search = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & search) === 0) return false;
    if (current === parse(current).root) return true;
  }
}

/** Changes the owner of a tree to `user`. For symbolic links, the link itself is changed and not its target. */
export async function giveTo(path: string, user: SystemUser): Promise<void> {
  await lchown(path, user.uid, user.gid);
  if (!(await lstat(path)).isDirectory()) return;
  for (const name of await readdir(path)) await giveTo(join(path, name), user);
}

async function makeHome(entry: string, user: SystemUser): Promise<void> {
  if (await canReach(await realpath(dirname(entry)), user)) {
    await mkdir(entry, { recursive: true, mode: 0o700 });
    await lchown(entry, user.uid, user.gid);
    return;
  }
  await mkdir('/var/lib/gatehouse', { recursive: true, mode: 0o755 });
  const elsewhere = await mkdtemp('/var/lib/gatehouse/postgres-');
  await lchown(elsewhere, user.uid, user.gid);
  await symlink(elsewhere, entry).catch(async (error: NodeJS.ErrnoException) => {
    await rm(elsewhere, { recursive: true });
    // Another server created its home first; it can be used as well.
    if (error.code !== 'EEXIST') throw error;
  });
}

/**
 * The user postgres must be able to pass through the data directory to its home. The other files there have mode 0600.
 */
async function letThrough(dataDirectory: string): Promise<void> {
  const { mode } = await stat(dataDirectory);
  if ((mode & 0o001) === 0) await chmod(dataDirectory, mode | 0o011);
}

/** The data was created by another user: only root can correct this. */
async function assertOwner(directory: string, user: SystemUser, asRoot: boolean): Promise<void> {
  const { uid } = await stat(directory);
  if (uid === user.uid) return;
  if (asRoot) return giveTo(directory, user);
  throw new EmbeddedPostgresError(
    `${directory} belongs to user ${uid}, but this process runs as user ${user.uid}. Start Gatehouse ` +
      'as the user that created the directory.',
  );
}

/**
 * The home itself if the path of the socket is short enough, otherwise a folder in the system's temporary directory.
 */
async function socketDirectory(home: string, user: SystemUser): Promise<string> {
  if (Buffer.byteLength(join(home, `.s.PGSQL.${port}`)) <= longestSocketPath) return home;
  const name = `gatehouse-${createHash('sha256').update(home).digest('hex').slice(0, 16)}`;
  const directory = join(await realpath(tmpdir()), name);
  await mkdir(directory, { mode: 0o700 }).then(
    () => lchown(directory, user.uid, user.gid),
    async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
      // Anyone may have created something with this name.
      const found = await lstat(directory);
      if (found.isDirectory() && found.uid === user.uid && (found.mode & 0o077) === 0) return;
      throw new EmbeddedPostgresError(`${directory} is not a private folder of user ${user.uid}. Remove it.`);
    },
  );
  return directory;
}

/** After PostgreSQL has stopped: removes a folder that was created in the system's temporary directory. */
export async function removeSocketDirectory(home: Home): Promise<void> {
  if (home.socketDirectory !== home.directory) await rmdir(home.socketDirectory).catch(() => undefined);
}

/** Linked into place when it is complete, so that two servers that start for the first time use the same one. */
async function readOrMakePassword(file: string, user: SystemUser): Promise<string> {
  const existing = await readFile(file, 'utf8').catch(() => undefined);
  if (existing) return existing.trim();
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  await lchown(draft, user.uid, user.gid);
  await link(draft, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(draft);
  return (await readFile(file, 'utf8')).trim();
}
