import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../support/ports.js';
import { newDataDirectory, removeDataDirectory, runDirectory } from '../support/run-directory.js';

const project = fileURLToPath(new URL('../../', import.meta.url));
/** Milliseconds. */
const longestStart = 90_000;
const longestStop = 30_000;

let dataDirectory: string;

beforeEach(async () => (dataDirectory = await newDataDirectory()));
afterEach(() => removeDataDirectory(dataDirectory));

/** Process ids of everything that was started with the data directory in its environment or its arguments. */
function running(): number[] {
  const holdsDirectory = (pid: string) =>
    ['environ', 'cmdline'].some((file) => {
      try {
        return readFileSync(`/proc/${pid}/${file}`, 'utf8').includes(dataDirectory);
      } catch {
        return false;
      }
    });
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && holdsDirectory(name))
    .map(Number);
}

async function until(what: string, milliseconds: number, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + milliseconds;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`Not in time: ${what}`);
    await pause(100);
  }
}

async function npmStart(environment: Record<string, string> = {}): Promise<ChildProcess> {
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
  const isUp = () =>
    fetch(`http://127.0.0.1:${port}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until('the server answers', longestStart, isUp);
  return npm;
}

/** A service manager signals npm, or npm dies: neither the server nor its PostgreSQL may go on without it. */
it.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL'] as const)(
  '%s to npm start leaves nothing running',
  async (signal) => {
    const npm = await npmStart();
    // npm, the server, PostgreSQL's postmaster and its children.
    expect(running().length).toBeGreaterThan(4);
    npm.kill(signal);
    await until('all has ended', longestStop, () => running().length === 0);
  },
);

it('a signal to npm start with several workers leaves nothing running', async () => {
  const npm = await npmStart({ WORKERS: '2' });
  npm.kill('SIGTERM');
  await until('all has ended', longestStop, () => running().length === 0);
});
