import { setTimeout as pause } from 'node:timers/promises';
import { accessTokenOf, askWhether } from '../support/decisions.js';
import { type Replicas, startReplicas } from '../support/replicas.js';
import { RestClient } from '../support/rest-client.js';
import { checkRevocations } from '../support/revocations.js';
import { rootUser, type RunningServer } from '../support/server.js';
import { startStandby, type TestStandby } from '../support/standby.js';
import { allow, newTenant, type Tenant } from '../support/tenant.js';

/**
 * A server that loads from a standby of the database, and another one that does not. The standby replicates, lags,
 * fails and is promoted.
 */

/** Milliseconds. The limit in docs/faults.md. */
const bound = 3_000;

let replicas: Replicas;
let standby: TestStandby;
let writer: RunningServer;
let reader: RunningServer;
let tenant: Tenant;

beforeAll(async () => {
  replicas = await startReplicas();
  writer = await replicas.start();
  tenant = await newTenant(writer.baseUrl);
  standby = await startStandby(replicas.database);
  reader = await startReader();
});
afterAll(async () => {
  await replicas?.stop();
  await standby?.stop();
});

const startReader = () => replicas.start({ DATABASE_REPLICA_URL: standby.url });

type Outcome = 'answered' | 'behind' | 'failed';

async function reads(outcome: Outcome): Promise<number> {
  const text = await (await fetch(`${reader.baseUrl}/metrics`)).text();
  return Number(new RegExp(`standby_reads_total\\{outcome="${outcome}"\\} (\\d+)`).exec(text)?.[1]);
}

/** Asks questions that are not cached until one has this outcome. Fails through the test's own timeout. */
async function untilRead(outcome: Outcome): Promise<void> {
  const before = await reads(outcome);
  for (let count = 0; (await reads(outcome)) === before; count += 1) {
    const { status } = await ask((await newUser(`${outcome}-${Date.now()}`)).id);
    expect(status).toBe(200);
    await pause(100);
  }
}

async function newUser(userName: string): Promise<{ userName: string; id: string }> {
  return { userName, id: (await tenant.addUser(userName, allow('orders:Get'))).arn };
}

async function ask(id: string, of = reader) {
  const asker = new RestClient(of.baseUrl, await accessTokenOf(writer.baseUrl, rootUser.email, rootUser.password));
  return askWhether(asker, { type: 'principal', id }, `arn:aws:orders:eu-1:${tenant.accountId}:order/42`);
}

const revoke = async (userName: string) =>
  expect((await tenant.rest.delete(`/v1/users/${userName}/policies/test`)).status).toBe(204);

async function untilDenied(id: string): Promise<void> {
  while ((await ask(id)).decision) await pause(10);
}

describe('while it keeps up', () => {
  it('the standby answers cold loads', async () => {
    const { id } = await newUser('early');
    await pause(2_500);
    const before = await reads('answered');
    expect(await ask(id)).toMatchObject({ status: 200, decision: true });
    expect(await reads('answered')).toBeGreaterThan(before);
  });

  it('what was made a moment ago is known', async () => {
    for (let count = 0; count < 10; count += 1) {
      const { id } = await newUser(`young-${count}`);
      expect(await ask(id)).toMatchObject({ status: 200, decision: true });
    }
  });
});

/** Threat: a permission is still allowed because a standby has not replayed its revocation. */
describe('when it lags', () => {
  afterAll(async () => void (await standby.query('SELECT pg_wal_replay_resume()')));

  it('a revocation holds for principals that the standby still knows otherwise', async () => {
    const leavers = await Promise.all(['ann', 'bob', 'cem'].map(newUser));
    await pause(2_000);
    await standby.query('SELECT pg_wal_replay_pause()');
    expect(await ask(leavers[0]!.id)).toMatchObject({ decision: true });
    for (const { userName } of leavers) await revoke(userName);
    // One was cached, the others are not.
    for (const { id } of leavers) await untilDenied(id);
    for (const { id } of leavers) expect(await ask(id)).toMatchObject({ status: 200, decision: false });
  });

  it('a server that starts now, and heard of no revocation, does not believe it', async () => {
    const behind = await standby.query<{ replayed: boolean }>(
      `SELECT pg_last_wal_replay_lsn() = pg_last_wal_receive_lsn() AS replayed`,
    );
    expect(behind).toEqual([{ replayed: false }]);
    await reader.stop();
    reader = await startReader();
    expect(await ask(`arn:aws:iam::${tenant.accountId}:user/bob`)).toMatchObject({ status: 200, decision: false });
    expect(await reads('behind')).toBeGreaterThan(0);
    expect(await reads('answered')).toBe(0);
  });

  it('never allows past the bound while it lags now and then', async () => {
    const stutter = setInterval(() => {
      const command = Math.random() < 0.5 ? 'pause' : 'resume';
      void standby.query(`SELECT pg_wal_replay_${command}()`);
    }, 400);
    try {
      const effects = await checkRevocations([writer.baseUrl, reader.baseUrl], { count: 40, workers: 4 });
      expect(effects.filter(({ milliseconds, wavered }) => wavered || milliseconds > bound)).toEqual([]);
      expect(await reads('behind')).toBeGreaterThan(0);
      expect(await reads('answered')).toBeGreaterThan(0);
    } finally {
      clearInterval(stutter);
    }
  });
});

it('while it is down the primary answers, and when it is back the standby does', async () => {
  await untilRead('answered');
  await standby.halt();
  await untilRead('failed');
  await standby.start();
  await untilRead('answered');
  expect(reader.output()).toContain('The primary is read instead of the standby');
  expect(reader.output()).toContain('The standby is available again');
});

/** Threat: a standby that was promoted diverges, and its log runs past the other's. */
it('when it is promoted, it is not believed any more', async () => {
  const { id, userName } = await newUser('eve');
  await pause(2_000);
  await standby.query('SELECT pg_promote()');
  await standby.query('CREATE TABLE elsewhere AS SELECT * FROM generate_series(1, 100000)');
  const before = await reads('answered');
  await revoke(userName);
  await untilDenied(id);
  await untilRead('behind');
  expect(await reads('answered')).toBe(before);
});
