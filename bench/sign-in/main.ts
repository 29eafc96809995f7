/**
 * `npm run bench -- sign-in`: do sign-ins delay other requests? 50 sign-ins are kept in progress (IN_FLIGHT) while
 * health checks and signed requests are measured, each alternating with an idle server (ROUNDS of SECONDS each),
 * because machines have slow phases. Prints the 99th percentile of each, and the ratio. The goal is at most twice the
 * idle one.
 */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sendRaw, signAwsRequest } from '../../test/support/raw-aws-request.js';
import { closeRunDirectory, openRunDirectory } from '../../test/support/run-directory.js';
import { startServer } from '../../test/support/server.js';
import { newTenant, type Tenant } from '../../test/support/tenant.js';

const inFlight = Number(process.env.IN_FLIGHT ?? 50);
const seconds = Number(process.env.SECONDS ?? 8);
const rounds = Number(process.env.ROUNDS ?? 3);
const loadFile = fileURLToPath(new URL('load.ts', import.meta.url));
const password = 'Bench-password-1234';

type Probe = 'GET /healthz' | 'signed GetUser';
type Samples = Record<Probe, number[]>;

await openRunDirectory();
const server = await startServer({ environment: { LOG_LEVEL: 'warn' } });
try {
  const tenant = await newTenant(server.baseUrl);
  await tenant.rest.post('/v1/users', { userName: 'ana' });
  await tenant.rest.post('/v1/users/ana/login-profile', { password });
  const idle: Samples = { 'GET /healthz': [], 'signed GetUser': [] };
  const loaded: Samples = { 'GET /healthz': [], 'signed GetUser': [] };
  await measure(tenant, { 'GET /healthz': [], 'signed GetUser': [] });
  let signIns = 0;
  for (let round = 0; round < rounds; round += 1) {
    await measure(tenant, idle);
    const load = startSignIns(tenant);
    await pause(1500);
    await measure(tenant, loaded);
    signIns += await load.stop();
  }
  console.log(`${(signIns / (rounds * seconds)).toFixed(0)} sign-ins a second, ${inFlight} in flight.\n`);
  console.log('| p99 of | idle | during | ratio | goal: at most 2 |\n| --- | --- | --- | --- | --- |');
  for (const probe of Object.keys(idle) as Probe[]) {
    const [before, during] = [percentile(idle[probe]), percentile(loaded[probe])];
    const verdict = during / before <= 2 ? 'met' : 'NOT met';
    const cells = [probe, `${before.toFixed(1)} ms`, `${during.toFixed(1)} ms`, (during / before).toFixed(2), verdict];
    console.log(`| ${cells.join(' | ')} |`);
  }
} finally {
  await server.stop();
  await closeRunDirectory();
}

/** One request of each kind every ten milliseconds, like a load balancer and a client. */
async function measure(tenant: Tenant, into: Samples): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const signed = await signAwsRequest(tenant.baseUrl, tenant.accessKey, { Action: 'GetUser' });
    into['GET /healthz'].push(await timed(() => fetch(`${tenant.baseUrl}/healthz`).then((answer) => answer.text())));
    into['signed GetUser'].push(await timed(() => sendRaw(tenant.baseUrl, signed)));
    await pause(10);
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

function startSignIns({ baseUrl, accountId }: Tenant) {
  const load = spawn(process.execPath, ['--import', 'tsx', loadFile, baseUrl, accountId, String(inFlight), password], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const printed = text(load.stdout);
  return {
    /** The number of successful sign-ins. */
    async stop(): Promise<number> {
      load.stdin.end();
      return Number(await printed);
    },
  };
}

function percentile(samples: readonly number[]): number {
  return [...samples].sort((left, right) => left - right)[Math.floor(samples.length * 0.99)]!;
}
