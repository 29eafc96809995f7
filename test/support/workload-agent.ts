import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from './ports.js';
import { runDirectory } from './run-directory.js';

const mainFile = fileURLToPath(new URL('../../packages/workload-agent/dist/main.js', import.meta.url));

/** The agent of one host, in a separate process. */
export interface RunningAgent {
  readonly url: string;
  readonly process: ChildProcess;
  /** @returns the file that it keeps filled with an identity token, once it contains one */
  identityToken(): Promise<string>;
  /** Writes another authorization token to its file. */
  setToken(token: string): void;
  stop(): Promise<void>;
}

export async function startAgent(gatehouseUrl: string, token: string): Promise<RunningAgent> {
  const port = await freePort();
  const tokenFile = join(runDirectory(), `workload-${port}.token`);
  const identityTokenFile = join(runDirectory(), `workload-${port}.jwt`);
  const setToken = (text: string) => writeFileSync(tokenFile, `${text}\n`, { mode: 0o600 });
  setToken(token);
  const child = spawn(process.execPath, [mainFile], {
    env: {
      PATH: process.env.PATH,
      HOST: '127.0.0.1',
      PORT: String(port),
      GATEHOUSE_URL: gatehouseUrl,
      GATEHOUSE_WORKLOAD_TOKEN_FILE: tokenFile,
      GATEHOUSE_WEB_IDENTITY_TOKEN_FILE: identityTokenFile,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), exited]);
  if (child.exitCode !== null) throw new Error('The agent ended.');
  return {
    url: `http://127.0.0.1:${port}`,
    process: child,
    async identityToken() {
      while (!existsSync(identityTokenFile)) await pause(20);
      return identityTokenFile;
    },
    setToken,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
