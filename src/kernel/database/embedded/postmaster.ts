import { execFile, spawn } from 'node:child_process';
import { open, readFile, readlink, realpath, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Binaries } from './binaries.js';
import { EmbeddedPostgresError } from './error.js';
import { type Home, port } from './home.js';
import { cannotRun, isAlive, postgresEnvironment } from './processes.js';
import type { SystemUser } from './system-user.js';

/** A running PostgreSQL, as described in postmaster.pid. */
export interface Postmaster {
  readonly pid: number;
  /** `starting`, `ready`, `stopping`, … */
  readonly status: string;
}

/** Milliseconds. Recovery after a crash replays the log, which can take a while. */
const startTimeout = 120_000;
const stopTimeout = 60_000;
const pollInterval = 20;

/** The PostgreSQL that runs on this cluster, whoever started it. */
export async function findPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const lines = await readLockFile(join(cluster, 'postmaster.pid'));
  if (!lines || !(await runsOn(lines.pid, cluster))) return undefined;
  return lines;
}

/**
 * Starts PostgreSQL in a separate session, so that a Ctrl-C in the terminal does not reach it: the server first
 * finishes its requests and then stops it.
 *
 * @param settings of PostgreSQL, by name
 * @throws EmbeddedPostgresError with the end of PostgreSQL's log
 */
export async function startPostmaster(
  home: Home,
  binaries: Binaries,
  user: SystemUser,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  await removeMisleadingLocks(home);
  await rename(home.logFile, `${home.logFile}.old`).catch(() => undefined);
  const log = await open(home.logFile, 'a', 0o600);
  const socket = {
    listen_addresses: '',
    unix_socket_directories: `"${home.socketDirectory.replaceAll('"', '""')}"`,
    unix_socket_permissions: '0700',
    port: String(port),
  };
  const options = Object.entries({ ...settings, ...socket }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  let exited: string | undefined;
  try {
    const child = spawn(binaries.postgres, ['-D', home.cluster, ...options], {
      ...user,
      cwd: home.directory,
      env: postgresEnvironment(),
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    child.on('error', (error) => (exited = cannotRun(binaries.postgres, error)));
    child.on('exit', (code, signal) => (exited = `PostgreSQL ended at once (${code ?? signal})`));
    child.unref();
  } finally {
    await log.close();
  }
  const deadline = performance.now() + startTimeout;
  for (;;) {
    const running = await findPostmaster(home.cluster);
    if (running?.status === 'ready') return;
    // If another server's PostgreSQL started first, this one ends.
    if (!running && exited !== undefined) throw new EmbeddedPostgresError(`${exited}: ${await endOfLog(home)}`);
    if (performance.now() > deadline) {
      throw new EmbeddedPostgresError(
        `PostgreSQL is not ready after ${startTimeout / 1000} s: ${await endOfLog(home)}`,
      );
    }
    await pause(pollInterval);
  }
}

/**
 * Stops the PostgreSQL that runs on this cluster and waits until it has ended: connections are cut and everything is
 * written ("fast shutdown"). If that hangs, it is killed and recovers at the next start.
 */
export async function stopPostmaster(cluster: string): Promise<void> {
  if (await signalAndWait(cluster, 'SIGINT', stopTimeout)) return;
  if (await signalAndWait(cluster, 'SIGQUIT', stopTimeout)) return;
  throw new EmbeddedPostgresError(`PostgreSQL on ${cluster} does not stop.`);
}

async function signalAndWait(cluster: string, signal: NodeJS.Signals, timeout: number): Promise<boolean> {
  const running = await findPostmaster(cluster);
  if (!running) return true;
  process.kill(running.pid, signal);
  const deadline = performance.now() + timeout;
  // Checks the process and not its lock file: the file is removed first, and the socket lock of a moved cluster
  // remains.
  while (await runsOn(running.pid, cluster)) {
    if (performance.now() > deadline) return false;
    await pause(pollInterval);
  }
  return true;
}

/**
 * Whether this process is a PostgreSQL on this cluster. After a crash of the machine or in a new container, the ID in
 * postmaster.pid may belong to another program. PostgreSQL's working directory is its cluster.
 */
async function runsOn(pid: number, cluster: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform === 'linux') {
    const workingDirectory = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
    return workingDirectory !== undefined && workingDirectory === (await realpath(cluster));
  }
  const { stdout } = await promisify(execFile)('ps', ['-p', String(pid), '-o', 'command=']).catch(() => ({
    stdout: '',
  }));
  return stdout.includes('postgres');
}

/**
 * PostgreSQL removes a lock file whose process has ended. But if the ID now belongs to another program of the same
 * user, PostgreSQL would refuse to start. INVARIANT: never removes the lock of a running PostgreSQL.
 */
async function removeMisleadingLocks(home: Home): Promise<void> {
  for (const file of [join(home.cluster, 'postmaster.pid'), join(home.socketDirectory, `.s.PGSQL.${port}.lock`)]) {
    const lock = await readLockFile(file);
    if (lock && isAlive(lock.pid) && !(await runsOn(lock.pid, home.cluster))) await rm(file, { force: true });
  }
}

/** PostgreSQL, miscadmin.h: line 1 is the process ID, line 8 of postmaster.pid the status. */
async function readLockFile(file: string): Promise<Postmaster | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, status: lines[7]?.trim() ?? 'starting' };
}

async function endOfLog(home: Home): Promise<string> {
  const log = await readFile(home.logFile, 'utf8').catch(() => '');
  return log.trim().split('\n').slice(-8).join('\n') || `nothing in ${home.logFile}`;
}
