import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { CreateUserCommand } from '@aws-sdk/client-iam';
import { connections, type LoadRequest, seconds } from './load.js';
import { freePort } from '../../test/support/ports.js';
import { awsClients } from '../../test/support/tenant.js';

/** Milliseconds. */
const startTimeout = 30_000;

export interface Moto {
  /** @returns responses per second */
  shoot(requests: readonly LoadRequest[]): Promise<number>;
  stop(): Promise<void>;
}

/**
 * An emulator of AWS for tests, which keeps everything in memory and verifies no signatures.
 *
 * @param userName of a user to create
 * @returns undefined if `moto_server` is not installed
 */
export async function startMoto(userName: string): Promise<Moto | undefined> {
  if (spawnSync('moto_server', ['--help']).status !== 0) return undefined;
  const port = await freePort();
  const child = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  try {
    await untilItAnswers(child, url);
    const { iam } = awsClients(url, { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'any' });
    await iam.send(new CreateUserCommand({ UserName: userName }));
  } catch (error) {
    await end(child);
    throw error;
  }
  return { shoot: (requests) => shootAnew(url, requests), stop: () => end(child) };
}

async function untilItAnswers(child: ChildProcess, url: string): Promise<void> {
  const deadline = performance.now() + startTimeout;
  while (!(await fetch(url).catch(() => undefined))) {
    if (child.exitCode !== null || performance.now() > deadline) throw new Error('moto_server did not start');
    await pause(100);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill();
  await ended;
}

/** Each request on a separate connection: moto_server closes them, which autocannon would wait for. */
async function shootAnew(url: string, requests: readonly LoadRequest[]): Promise<number> {
  const startedAt = performance.now();
  const until = startedAt + seconds * 1000;
  let answers = 0;
  const keepShooting = async () => {
    while (performance.now() < until) {
      const { path, headers, body } = requests[answers % requests.length]!;
      const response = await fetch(url + path, {
        method: 'POST',
        headers: { ...headers, connection: 'close' },
        body,
      });
      if (!response.ok) throw new Error(`moto_server: ${response.status} ${await response.text()}`);
      await response.arrayBuffer();
      answers += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, keepShooting));
  return (answers / (performance.now() - startedAt)) * 1000;
}
