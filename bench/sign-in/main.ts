/**
 * `npm run bench -- sign-in`: do sign-ins hold up everyone else? 50 of them are kept in flight (IN_FLIGHT) while health
 * checks and signed requests are measured, each in turns with an idle server (ROUNDS of SECONDS each), because machines
 * are slow for a while. Printed: the 99th percentile of each, and the ratio. The goal is at most twice the idle one.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { sendRaw, signAwsRequest } from '../../test/support/raw-aws-request.js';
import { RestClient } from '../../test/support/rest-client.js';
import { closeRunDirectory, openRunDirectory } from '../../test/support/run-directory.js';
import { startServer } from '../../test/support/server.js';
import { newTenant, type Tenant } from '../../test/support/tenant.js';

const inFlight = Number(process.env.IN_FLIGHT ?? 50);
const seconds = Number(process.env.SECONDS ?? 8);
const rounds = Number(process.env.ROUNDS ?? 3);
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
    await pause(500);
    await measure(tenant, loaded);
    signIns += await load.stop();
  }
  console.log(`${(signIns / (rounds * seconds)).toFixed(0)} sign-ins a second, ${inFlight} in flight\n`);
  for (const probe of Object.keys(idle) as Probe[]) {
    const [before, during] = [percentile(idle[probe]), percentile(loaded[probe])];
    const ratio = during / before;
    const verdict = ratio <= 2 ? 'within the goal of 2×' : 'NOT within the goal of 2×';
    console.log(
      `${probe.padEnd(16)} p99 idle ${before.toFixed(1)} ms, during ${during.toFixed(1)} ms: ${ratio.toFixed(2)}×, ${verdict}`,
    );
  }
} finally {
  await server.stop();
  await closeRunDirectory();
}

/** One request of each kind every ten milliseconds, as a load balancer and a client would send them. */
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
  let isOver = false;
  let count = 0;
  const workers = Array.from({ length: inFlight }, async () => {
    const client = new RestClient(baseUrl);
    while (!isOver) {
      const { status, body } = await client.post('/v1/sign-in', { account: accountId, userName: 'ana', password });
      if (status !== 200) throw new Error(JSON.stringify(body));
      count += 1;
    }
  });
  return {
    async stop(): Promise<number> {
      isOver = true;
      await Promise.all(workers);
      return count;
    },
  };
}

function percentile(samples: readonly number[]): number {
  return [...samples].sort((left, right) => left - right)[Math.floor(samples.length * 0.99)]!;
}
