/**
 * `npm run bench -- growth`: what becomes of decisions while accounts and users grow. SIZES (10,1000,100000) accounts with
 * ten users each are seeded in turn; at each size the same server is asked by one client, one question after the other:
 *
 * - warm: WARM (3000) questions about 200 principals that are in memory. Goal: p50 within 1.2 times of the smallest size.
 * - cold: 300 principals that are not (90 at the smallest size), in random order. Goal: within 1.5 times.
 * - memory: of the process after COLD (5000) different principals, in caches of 1,000 entries: bounded by them, not by what is
 *   in the database.
 */
import { readFileSync } from 'node:fs';
import type { RunningServer } from '../../test/support/server.js';
import { startReplicas } from '../../test/support/replicas.js';
import { closeRunDirectory, openRunDirectory } from '../../test/support/run-directory.js';
import { managementTenant, type Tenant } from '../../test/support/tenant.js';
import { seed, seededUser } from './seed.js';

const sizes = (process.env.SIZES ?? '10,1000,100000').split(',').map(Number);
const warmQuestions = Number(process.env.WARM ?? 3_000);
const coldPrincipals = Number(process.env.COLD ?? 5_000);
const cacheSize = 1_000;

interface Measured {
  readonly warm: number;
  readonly cold: number;
  readonly megabytes: number;
}

await openRunDirectory();
const replicas = await startReplicas();
try {
  const environment = { LOG_LEVEL: 'warn', GATEHOUSE_PRINCIPAL_CACHE_SIZE: String(cacheSize) };
  const server = await replicas.start(environment);
  const platform = await managementTenant(server.baseUrl);
  console.log('| accounts | users | warm p50 | of the smallest | cold p50 | of the smallest | memory |');
  console.log('| --- | --- | --- | --- | --- | --- | --- |');
  let smallest: Measured | undefined;
  let seeded = 0;
  for (const size of sizes) {
    await seed(replicas.database, seeded, size);
    seeded = size;
    const measured = await measure(server, platform, size * 10);
    smallest ??= measured;
    const { warm, cold, megabytes } = measured;
    const cells = [
      size.toLocaleString('en'),
      (size * 10).toLocaleString('en'),
      `${warm.toFixed(2)} ms`,
      `${(warm / smallest.warm).toFixed(2)} ×`,
      `${cold.toFixed(2)} ms`,
      `${(cold / smallest.cold).toFixed(2)} ×`,
      `${megabytes} MB`,
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
} finally {
  await replicas.stop();
  await closeRunDirectory();
}

async function measure(server: RunningServer, platform: Tenant, users: number): Promise<Measured> {
  // The accounts of the first questions are cold: they were not used in an earlier measurement, or were evicted since.
  const cold = await timesOf(platform, distinct(users, Math.min(300, users - 10)));
  for (const user of distinct(users, Math.min(coldPrincipals, users))) await ask(platform, user);
  const known = distinct(users, Math.min(200, users));
  for (const user of known) await ask(platform, user);
  const questions = Array.from({ length: warmQuestions }, (_, index) => known[index % known.length]!);
  const warm = await timesOf(platform, questions);
  return { warm: median(warm), cold: median(cold), megabytes: residentMegabytes(server) };
}

async function timesOf(platform: Tenant, users: readonly number[]): Promise<number[]> {
  const times: number[] = [];
  for (const user of users) {
    const startedAt = performance.now();
    await ask(platform, user);
    times.push(performance.now() - startedAt);
  }
  return times;
}

async function ask({ rest }: Tenant, number: number): Promise<void> {
  const { arn, accountId } = seededUser(number);
  const { body } = await rest.post('/access/v1/evaluation', {
    subject: { type: 'principal', id: arn },
    action: { name: 'orders:GetOrder' },
    resource: { type: 'order', id: `arn:aws:orders:eu-1:${accountId}:order/1` },
  });
  if (body.decision !== true) throw new Error(`${arn}: ${JSON.stringify(body)}`);
}

/** Numbers of `count` different users, at random. */
function distinct(users: number, count: number): number[] {
  const chosen = new Set<number>();
  while (chosen.size < count) chosen.add(Math.floor(Math.random() * users));
  return [...chosen];
}

function residentMegabytes({ process: { pid } }: RunningServer): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kilobytes) / 1024);
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[values.length >> 1]!;
}
