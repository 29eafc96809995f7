import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../support/ports.js';
import { newDataDirectory, removeDataDirectory, runDirectory } from '../support/run-directory.js';

const project = fileURLToPath(new URL('../../', import.meta.url));
/** Milliseconds. */
const longestStart = 90_000;
/** The server ends 25 seconds after the signal at the latest, its PostgreSQL shortly after it. */
const longestStop = 40_000;

let dataDirectory: string;

beforeEach(async () => (dataDirectory = await newDataDirectory()));
afterEach(() => removeDataDirectory(dataDirectory));

/** The text of a file of a process; undefined if the process has ended or may not be read. */
function ofProcess(pid: number, file: 'stat' | 'cmdline' | 'environ'): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
}

function processIds(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/**
 * npm, all processes that name the data directory, and their descendants. PostgreSQL runs as another user, whose
 * environment cannot be read everywhere, and its children overwrite their arguments.
 */
function familyOf(npm: ChildProcess): number[] {
  const parents = new Map(processIds().map((pid) => [pid, parentOf(pid)]));
  const family = new Set(npm.pid === undefined ? [] : [npm.pid]);
  for (const pid of parents.keys()) if (namesDirectory(pid)) family.add(pid);
  for (let size = 0; size < family.size;) {
    size = family.size;
    for (const [pid, parent] of parents) if (parent !== undefined && family.has(parent)) family.add(pid);
  }
  return [...family];
}

function namesDirectory(pid: number): boolean {
  return (['cmdline', 'environ'] as const).some((file) => ofProcess(pid, file)?.includes(dataDirectory));
}

/** `stat` is `pid (name) state parent …`; the name may contain spaces and brackets. */
function parentOf(pid: number): number | undefined {
  const stat = ofProcess(pid, 'stat');
  return stat === undefined ? undefined : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

/** The remaining processes, and all others that name the data directory. */
function running(family: readonly number[]): number[] {
  const isAlive = (pid: number) => !['Z', 'X', undefined].includes(stateOf(pid));
  return processIds().filter((pid) => (family.includes(pid) && isAlive(pid)) || namesDirectory(pid));
}

function stateOf(pid: number): string | undefined {
  const stat = ofProcess(pid, 'stat');
  return stat?.charAt(stat.lastIndexOf(')') + 2);
}

async function until(what: string, milliseconds: number, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + milliseconds;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`Not in time: ${what}`);
    await pause(100);
  }
}

async function npmStart(environment: Record<string, string> = {}): Promise<ChildProcess> {
  const { npm, port } = await beginNpmStart(environment);
  const isUp = () =>
    fetch(`http://127.0.0.1:${port}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until('the server answers', longestStart, isUp);
  return npm;
}

async function beginNpmStart(environment: Record<string, string>): Promise<{ npm: ChildProcess; port: number }> {
  const port = await freePort();
  const log = openSync(join(runDirectory(), `npm-start-${port}.log`), 'a');
  const npm = spawn('npm', ['start'], {
    cwd: project,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PORT: String(port),
      GATEHOUSE_DATA_DIR: dataDirectory,
      ...environment,
    },
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  return { npm, port };
}

/** If a service manager signals npm, or npm dies, neither the server nor its PostgreSQL may continue without it. */
it.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL'] as const)(
  '%s to npm start leaves nothing running',
  async (signal) => {
    const npm = await npmStart();
    const family = familyOf(npm);
    // npm, the server, PostgreSQL's postmaster and its children.
    expect(family.length).toBeGreaterThan(4);
    npm.kill(signal);
    await until('all has ended', longestStop, () => running(family).length === 0);
  },
);

/** The first worker answers while the others are still starting. */
it.each([0, 50, 100])(
  'a signal to npm start with several workers, %i ms after it answers, leaves nothing running',
  async (milliseconds) => {
    const npm = await npmStart({ WORKERS: '2' });
    await pause(milliseconds);
    const family = familyOf(npm);
    npm.kill('SIGTERM');
    await until('all has ended', longestStop, () => running(family).length === 0);
  },
);

it.each(['1', '2'])('a signal while npm start starts %s server processes leaves nothing running', async (workers) => {
  const { npm } = await beginNpmStart({ WORKERS: workers });
  await until('PostgreSQL runs', longestStart, () =>
    existsSync(join(dataDirectory, 'postgres/cluster/postmaster.pid')),
  );
  const family = familyOf(npm);
  npm.kill('SIGTERM');
  await until('all has ended', longestStop, () => running(family).length === 0);
});
