import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from './ports.js';
import { newDataDirectory, removeDataDirectory, runDirectory } from './run-directory.js';

/** Milliseconds. Generous, because the machine may be busy with other test files. */
const startTimeout = 90_000;

const mainFile = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export interface ServerOptions {
  /** Environment variables in addition to the defaults below; undefined removes one. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Default: a new one, removed by `stop`. A given one is kept. */
  readonly dataDirectory?: string;
}

/** A real server in a separate process. */
export interface RunningServer {
  readonly baseUrl: string;
  readonly port: number;
  readonly dataDirectory: string;
  readonly process: ChildProcess;
  readonly logFile: string;
  /** Its output on stdout and stderr so far. */
  output(): string;
  /** Sends SIGTERM, and waits for the end. Then removes the data directory, if it was created for this server. */
  stop(): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Sends SIGKILL: leaves everything that such an end leaves behind. */
  kill(): Promise<void>;
}

/** The management account's root user of servers that tests start. */
export const rootUser = { email: 'root@gatehouse.test', password: 'correct horse battery staple 1' };

/** Password hashes at the lowest cost that the settings permit, for servers in tests of other features. */
export const cheapHashes = { GATEHOUSE_ARGON2_MEMORY_KIB: '7168', GATEHOUSE_ARGON2_PASSES: '1' };

/** For servers that trust the identity providers of `oidc-issuer.ts`. */
export const localProviders = { GATEHOUSE_PROVIDER_NETWORKS: '127.0.0.1/32' };

/**
 * Starts `dist/main.js` on a free port and waits until `/healthz` responds.
 *
 * @throws Error with all output if it ends or does not respond in time
 */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const port = await freePort();
  const dataDirectory = options.dataDirectory ?? (await newDataDirectory());
  const logFile = join(runDirectory(), `server-${port}.log`);
  const log = openSync(logFile, 'a');
  const child = spawn(process.execPath, ['--enable-source-maps', mainFile], {
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      GATEHOUSE_DATA_DIR: dataDirectory,
      GATEHOUSE_ROOT_EMAIL: rootUser.email,
      GATEHOUSE_ROOT_PASSWORD: rootUser.password,
      GATEHOUSE_SIGN_UPS_PER_ADDRESS: '1000000',
      ...options.environment,
    },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const exited = once(child, 'exit');
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await exited;
    }
  };
  const server: RunningServer = {
    baseUrl: `http://127.0.0.1:${port}`,
    port,
    dataDirectory,
    process: child,
    logFile,
    output: () => readFileSync(logFile, 'utf8'),
    async stop() {
      await end('SIGTERM');
      if (options.dataDirectory === undefined) await removeDataDirectory(dataDirectory);
      return { code: child.exitCode, signal: child.signalCode };
    },
    async kill() {
      await end('SIGKILL');
    },
  };
  try {
    await waitUntilHealthy(server);
    return server;
  } catch (error) {
    await server.kill();
    if (options.dataDirectory === undefined) await removeDataDirectory(dataDirectory);
    throw error;
  }
}

async function waitUntilHealthy(server: RunningServer): Promise<void> {
  const deadline = performance.now() + startTimeout;
  while (performance.now() < deadline) {
    if (server.process.exitCode !== null || server.process.signalCode !== null) {
      throw new Error(
        `The server ended (${server.process.exitCode ?? server.process.signalCode}):\n${server.output()}`,
      );
    }
    const response = await fetch(`${server.baseUrl}/healthz`).catch(() => undefined);
    if (response?.ok) return;
    await pause(50);
  }
  throw new Error(`The server does not answer:\n${server.output()}`);
}
