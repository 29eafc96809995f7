import { type DatabaseProxy, startDatabaseProxy } from '../support/database-proxy.js';
import { type Replicas, startReplicas, untilLinkIs } from '../support/replicas.js';
import { checkRevocations, type Effect, revocationKinds } from '../support/revocations.js';
import type { RunningServer } from '../support/server.js';

/**
 * Threat: a permission that was removed is still effective on another server. Three processes, random revocations; `npm
 * run bench -- replicas` makes thousands of them.
 */

/** Milliseconds. The limit in docs/faults.md. */
const bound = 3_000;
const count = Number(process.env.REVOCATIONS ?? 180);

let replicas: Replicas;
let proxy: DatabaseProxy;
let servers: RunningServer[];
let baseUrls: string[];

beforeAll(async () => {
  replicas = await startReplicas();
  proxy = await startDatabaseProxy(replicas.database);
  // One after the other: the first creates the management account.
  servers = [await replicas.start(), await replicas.start(), await replicas.start({ DATABASE_URL: proxy.url })];
  baseUrls = servers.map(({ baseUrl }) => baseUrl);
});
afterAll(async () => {
  await replicas?.stop();
  await proxy?.close();
});

function expectNoneStale(effects: readonly Effect[]) {
  expect(new Set(effects.map(({ kind }) => kind))).toEqual(new Set(Object.keys(revocationKinds)));
  expect(effects.filter(({ milliseconds, wavered }) => wavered || milliseconds > bound)).toEqual([]);
}

it('holds everywhere within the bound, for good, while links are cut now and then', async () => {
  const cutting = setInterval(() => {
    void replicas.database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'gatehouse notifications' AND random() < 0.3`,
    );
  }, 500);
  try {
    const effects = await checkRevocations(baseUrls, { count, workers: 4 });
    expect(effects).toHaveLength(count * 3);
    expectNoneStale(effects);
  } finally {
    clearInterval(cutting);
  }
}, 240_000);

it('holds from the moment it is acknowledged where no notifications come through, though nothing is closed', async () => {
  await untilLinkIs('up', baseUrls[2]!);
  proxy.swallow((applicationName) => applicationName === 'gatehouse notifications');
  try {
    await untilLinkIs('down', baseUrls[2]!);
    const effects = await checkRevocations(baseUrls, { count: Math.ceil(count / 4), workers: 3 });
    expectNoneStale(effects);
    expect(effects.filter(({ replica, staleAllows }) => replica === 2 && staleAllows > 0)).toEqual([]);
  } finally {
    proxy.heal();
  }
  await untilLinkIs('up', baseUrls[2]!);
});
