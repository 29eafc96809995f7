/**
 * `npm run bench -- start`: from the start of the process to the first successful response of /readyz, with a new and
 * an existing data directory, compared with the bare Fastify server of data-plane. Then, for 1 and 2 WORKERS (or
 * WORKERS=1,2,4): decisions per second with CONNECTIONS (32) connections, and the peak memory of all processes.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  closeRunDirectory,
  newDataDirectory,
  openRunDirectory,
  removeDataDirectory,
} from '../../test/support/run-directory.js';
import { type RunningServer, startServer } from '../../test/support/server.js';
import { allow, newTenant } from '../../test/support/tenant.js';
import { shoot } from '../data-plane/load.js';

const workerCounts = (process.env.WORKERS ?? '1,2').split(',').map(Number);
const bareFile = fileURLToPath(new URL('../data-plane/bare.ts', import.meta.url));

await openRunDirectory();
try {
  await starts();
  await throughput();
} finally {
  await closeRunDirectory();
}

async function starts(): Promise<void> {
  const dataDirectory = await newDataDirectory();
  const first = await timeToReady(dataDirectory);
  const again = await timeToReady(dataDirectory);
  await removeDataDirectory(dataDirectory);
  const bare = await timeToBare();
  console.log('| start | seconds | of the bare server |');
  console.log('| --- | --- | --- |');
  for (const [name, seconds] of Object.entries({ 'new data directory': first, 'existing one': again, bare })) {
    console.log(`| ${name} | ${seconds.toFixed(1)} | ${(seconds / bare).toFixed(1)} × |`);
  }
}

async function timeToReady(dataDirectory: string): Promise<number> {
  const startedAt = performance.now();
  const server = await startServer({ dataDirectory, environment: { LOG_LEVEL: 'warn' } });
  while (!(await fetch(`${server.baseUrl}/readyz`)).ok) continue;
  const seconds = (performance.now() - startedAt) / 1000;
  await server.stop();
  return seconds;
}

async function timeToBare(): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['--import', 'tsx', bareFile, '{}', '{}'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const seconds = (performance.now() - startedAt) / 1000;
  child.stdin.end();
  return seconds;
}

async function throughput(): Promise<void> {
  console.log('\n| workers | decisions a second | of one | peak memory |');
  console.log('| --- | --- | --- | --- |');
  let one: number | undefined;
  for (const workers of workerCounts) {
    const environment = { LOG_LEVEL: 'warn', WORKERS: String(workers), NODE_OPTIONS: '--max-semi-space-size=32' };
    const server = await startServer({ environment });
    try {
      const tenant = await newTenant(server.baseUrl);
      const { arn } = await tenant.addUser('buyer', allow('orders:Get*'));
      const { body } = await tenant.rest.post('/v1/sign-in', { email: tenant.email, password: tenant.password });
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${body.accessToken as string}` };
      const question = {
        subject: { type: 'principal', id: arn },
        action: { name: 'orders:GetOrder' },
        resource: { type: 'order', id: `arn:aws:orders::${tenant.accountId}:order/42` },
      };
      const requests = [{ path: '/access/v1/evaluation', headers, body: JSON.stringify(question) }];
      await shoot(server.baseUrl, requests);
      const { average } = (await shoot(server.baseUrl, requests)).requests;
      one ??= average;
      const cells = [workers, average.toFixed(0), `${(average / one).toFixed(2)} ×`, `${peakMegabytes(server)} MB`];
      console.log(`| ${cells.join(' | ')} |`);
    } finally {
      await server.stop();
    }
  }
}

/** Of the server and its Node.js child processes. */
function peakMegabytes({ process: { pid } }: RunningServer): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  const kilobytes = [String(pid), ...children].map((id) => {
    const isNode = readFileSync(`/proc/${id}/cmdline`, 'utf8').includes('main.js');
    return isNode ? Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1]) : 0;
  });
  return Math.round(kilobytes.reduce((sum, each) => sum + each, 0) / 1024);
}
