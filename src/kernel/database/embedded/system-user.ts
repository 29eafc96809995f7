import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { EmbeddedPostgresError } from './error.js';

const run = promisify(execFile);

/** The user of PostgreSQL's processes. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

const name = 'postgres';

/**
 * PostgreSQL refuses to run as root and requires a user that the system knows by name. If the server runs as another
 * user, it is that user; if it runs as root, it is the system user "postgres", which is created if it is missing.
 *
 * @throws EmbeddedPostgresError
 */
export async function databaseUser(): Promise<SystemUser> {
  const uid = process.geteuid!();
  if (uid !== 0) return { uid, gid: process.getegid!() };
  const existing = await findUser();
  if (existing) return existing;
  await createUser();
  const created = await findUser();
  if (created) return created;
  throw new EmbeddedPostgresError(`The system user "${name}" was created but is not in /etc/passwd.`);
}

async function findUser(): Promise<SystemUser | undefined> {
  const passwd = await readFile('/etc/passwd', 'utf8');
  const fields = passwd
    .split('\n')
    .map((line) => line.split(':'))
    .find(([user]) => user === name);
  return fields && { uid: Number(fields[2]), gid: Number(fields[3]) };
}

async function createUser(): Promise<void> {
  const attempts: [string, string[]][] = [
    ['useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', name]],
    // BusyBox.
    ['adduser', ['-S', '-D', '-H', '-s', '/sbin/nologin', name]],
  ];
  let failure: unknown;
  for (const [command, args] of attempts) {
    try {
      await run(command, args);
      return;
    } catch (error) {
      failure = error;
    }
  }
  throw new EmbeddedPostgresError(
    'PostgreSQL does not run as root, and a system user ' +
      `"${name}" could not be created. Start Gatehouse as another user, or set DATABASE_URL to your ` +
      'own PostgreSQL server.',
    { cause: failure },
  );
}
