/**
 * `npm run bench -- replicas`: how fast does a revocation take effect on servers that did not process it? Three
 * processes on one PostgreSQL, REVOCATIONS (2000) of random kinds by WORKERS (4) concurrently. Prints the time from the
 * acknowledgement to the question that was first denied, by kind, and how many were allowed until then. Exits with 1 if
 * one exceeded the limit of three seconds, or was allowed again.
 */
import { startReplicas } from '../../test/support/replicas.js';
import { checkRevocations, type Effect } from '../../test/support/revocations.js';
import { closeRunDirectory, openRunDirectory } from '../../test/support/run-directory.js';

const count = Number(process.env.REVOCATIONS ?? 2000);
const workers = Number(process.env.WORKERS ?? 4);
const bound = 3_000;

await openRunDirectory();
const replicas = await startReplicas();
try {
  const baseUrls: string[] = [];
  for (let index = 0; index < 3; index += 1) {
    baseUrls.push((await replicas.start({ LOG_LEVEL: 'warn' })).baseUrl);
  }
  const effects = await checkRevocations(baseUrls, { count, workers });
  console.log(`${count} revocations, ${effects.length} checks on 3 replicas\n`);
  console.log('| revocation | p50 ms | p99 ms | longest ms | allows asked after the acknowledgement |');
  console.log('| --- | --- | --- | --- | --- |');
  for (const kind of new Set(effects.map((effect) => effect.kind))) {
    print(
      kind,
      effects.filter((effect) => effect.kind === kind),
    );
  }
  print('all', effects);
  const bad = effects.filter(({ milliseconds, wavered }) => wavered || milliseconds > bound);
  console.log(`\nLater than ${bound} ms, or back again: ${bad.length}`);
  process.exitCode = bad.length === 0 ? 0 : 1;
} finally {
  await replicas.stop();
  await closeRunDirectory();
}

function print(kind: string, effects: readonly Effect[]): void {
  const sorted = effects.map(({ milliseconds }) => milliseconds).sort((left, right) => left - right);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!.toFixed(1);
  const stale = effects.reduce((sum, { staleAllows }) => sum + staleAllows, 0);
  console.log(`| ${kind} | ${at(0.5)} | ${at(0.99)} | ${at(1)} | ${stale} |`);
}
