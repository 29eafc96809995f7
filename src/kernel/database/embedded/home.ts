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

/** The longest path of a socket that every platform takes (macOS: 104 bytes with the closing zero). */
const longestSocketPath = 103;

/** PostgreSQL puts the port into the name of the socket; there is no TCP port. */
export const port = 5432;

/** Where the embedded PostgreSQL lives. All of it belongs to the user that PostgreSQL runs as, and to nobody else. */
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
 * `<dataDirectory>/postgres`, made when it is missing.
 *
 * Where root starts Gatehouse in a folder that the system user postgres cannot reach (such as one under /root), the
 * home is a new folder under /var/lib/gatehouse instead, and `<dataDirectory>/postgres` a link to it.
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

/** Can `user` get to what is in `directory`, by the permission bits of it and all above it? */
export async function canReach(directory: string, user: SystemUser): Promise<boolean> {
  if (process.geteuid!() !== 0) return true;
  for (let current = directory; ; current = dirname(current)) {
    const { mode, uid, gid } = await stat(current);
    const search = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & search) === 0) return false;
    if (current === parse(current).root) return true;
  }
}

/** Gives a tree to `user`. Symbolic links themselves are given, never what they point at. */
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
    // Another server was faster; its home serves as well.
    if (error.code !== 'EEXIST') throw error;
  });
}

/** The user postgres must pass through the data directory to its home. What lies beside the home has mode 0600. */
async function letThrough(dataDirectory: string): Promise<void> {
  const { mode } = await stat(dataDirectory);
  if ((mode & 0o001) === 0) await chmod(dataDirectory, mode | 0o011);
}

/** Data made as one user and started as another: root can put it right, nobody else. */
async function assertOwner(directory: string, user: SystemUser, asRoot: boolean): Promise<void> {
  const { uid } = await stat(directory);
  if (uid === user.uid) return;
  if (asRoot) return giveTo(directory, user);
  throw new EmbeddedPostgresError(
    `${directory} belongs to user ${uid}, but this process runs as user ${user.uid}. Start Gatehouse ` +
      'as the user that created the directory.',
  );
}

/** The home itself when the socket's path is short enough, else a folder in the system's temporary one. */
async function socketDirectory(home: string, user: SystemUser): Promise<string> {
  if (Buffer.byteLength(join(home, `.s.PGSQL.${port}`)) <= longestSocketPath) return home;
  const name = `gatehouse-${createHash('sha256').update(home).digest('hex').slice(0, 16)}`;
  const directory = join(await realpath(tmpdir()), name);
  await mkdir(directory, { mode: 0o700 }).then(
    () => lchown(directory, user.uid, user.gid),
    async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
      // Anyone may have put something there under this name.
      const found = await lstat(directory);
      if (found.isDirectory() && found.uid === user.uid && (found.mode & 0o077) === 0) return;
      throw new EmbeddedPostgresError(`${directory} is not a private folder of user ${user.uid}. Remove it.`);
    },
  );
  return directory;
}

/** When PostgreSQL has stopped: takes away a folder that was made in the system's temporary one. */
export async function removeSocketDirectory(home: Home): Promise<void> {
  if (home.socketDirectory !== home.directory) await rmdir(home.socketDirectory).catch(() => undefined);
}

/** Linked into place when it is complete, so that two servers at their first start get the same one. */
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
