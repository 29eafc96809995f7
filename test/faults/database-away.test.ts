import { setTimeout as pause } from 'node:timers/promises';
import { join } from 'node:path';
import pg from 'pg';
import { findPostmaster } from '../../src/kernel/database/embedded/postmaster.js';
import { type DatabaseProxy, startDatabaseProxy } from '../support/database-proxy.js';
import { accessTokenOf, askWhether } from '../support/decisions.js';
import { type Replicas, startReplicas, untilLinkIs } from '../support/replicas.js';
import { RestClient } from '../support/rest-client.js';
import { rootUser, type RunningServer } from '../support/server.js';
import { allow, newTenant, type Tenant } from '../support/tenant.js';

/** PostgreSQL fails and recovers under load, and the network to it breaks. The server is never restarted. */

const staleSeconds = 6;

let replicas: Replicas;
let proxy: DatabaseProxy;
let server: RunningServer;
let asker: RestClient;
let tenant: Tenant;
let buyer: { type: string; id: string };

beforeAll(async () => {
  replicas = await startReplicas();
  // PostgreSQL itself is killed here: acknowledged changes must be in its log.
  await replicas.database.query('ALTER DATABASE gatehouse SET synchronous_commit = on');
  proxy = await startDatabaseProxy(replicas.database);
  server = await replicas.start({ DATABASE_URL: proxy.url, GATEHOUSE_STALE_SECONDS: String(staleSeconds) });
  asker = new RestClient(server.baseUrl, await accessTokenOf(server.baseUrl, rootUser.email, rootUser.password));
  tenant = await newTenant(server.baseUrl);
  buyer = { type: 'principal', id: (await tenant.addUser('buyer', allow('orders:Get'))).arn };
});
// Each test starts from a working state, also after a failed one.
beforeEach(async () => {
  proxy.heal();
  await untilRecovered();
});
afterAll(async () => {
  await replicas?.stop();
  await proxy?.close();
});

const order = () => `arn:aws:orders:eu-1:${tenant.accountId}:order/42`;
const ask = () => askWhether(asker, buyer, order());

async function untilRecovered() {
  while ((await fetch(`${server.baseUrl}/readyz`)).status !== 200) await pause(50);
  await untilLinkIs('up', server.baseUrl);
}

it('killed under load: known decisions go on, changes are refused with 503, nothing acknowledged is lost', async () => {
  expect(await ask()).toMatchObject({ status: 200, decision: true });
  // Longer than entries are used without the database: the notification link keeps them current.
  await pause(staleSeconds * 1000 + 1000);
  const acknowledged: string[] = [];
  const refusals = new Set<string>();
  let isOver = false;
  const workers = Array.from({ length: 6 }, async (_, worker) => {
    for (let count = 0; !isOver; count += 1) {
      const userName = `user-${worker}-${count}`;
      const { status, headers } = await tenant.rest.post('/v1/users', { userName });
      if (status === 201) acknowledged.push(userName);
      else {
        refusals.add(`${status} ${headers.get('retry-after')}`);
        await pause(20);
      }
    }
  });
  while (acknowledged.length < 100) await pause(20);

  const postmaster = await findPostmaster(join(replicas.database.dataDirectory, 'postgres', 'cluster'));
  proxy.refuse();
  process.kill(postmaster!.pid, 'SIGKILL');
  expect((await fetch(`${server.baseUrl}/readyz`)).status).toBe(503);
  for (let times = 0; times < 10; times += 1) {
    expect(await ask()).toMatchObject({ status: 200, decision: true });
    expect((await fetch(`${server.baseUrl}/healthz`)).status).toBe(200);
    await pause(100);
  }
  const beforeReturn = acknowledged.length;
  proxy.heal();
  while (acknowledged.length < beforeReturn + 50) await pause(20);
  isOver = true;
  await Promise.all(workers);

  expect([...refusals]).toEqual(['503 1']);
  const rows = await replicas.database.query<{ name: string }>(
    `SELECT name FROM identities WHERE account_id = $1 AND name LIKE 'user-%'`,
    [tenant.accountId],
  );
  expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(acknowledged));
});

it.each(['refuses connections', 'swallows packets'])(
  'while the database %s, known decisions go on for the configured time and no longer',
  async (fault) => {
    expect(await ask()).toMatchObject({ status: 200, decision: true });
    if (fault === 'refuses connections') proxy.refuse();
    else proxy.swallow();
    const since = performance.now();
    let answered = 0;
    let answer = await ask();
    while (answer.status === 200) {
      answered += 1;
      await pause(50);
      answer = await ask();
    }
    const seconds = (performance.now() - since) / 1000;
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    expect(answered).toBeGreaterThan(5);
    // The last heartbeat is at most three seconds before the fault, the last response one timeout before the end.
    expect(seconds).toBeGreaterThan(staleSeconds - 3.5);
    expect((await fetch(`${server.baseUrl}/healthz`)).status).toBe(200);
    proxy.heal();
    // Fails through the test's own timeout.
    while ((await ask()).status !== 200) await pause(50);
  },
);

it('who is not known is not answered for while the database is away', async () => {
  const { arn } = await tenant.addUser('stranger', allow('orders:Get'));
  const stranger = { type: 'principal', id: arn };
  proxy.refuse();
  try {
    expect(await askWhether(asker, stranger, order())).toMatchObject({ status: 503, decision: undefined });
  } finally {
    proxy.heal();
  }
  while ((await askWhether(asker, stranger, order())).status !== 200) await pause(50);
  expect(await askWhether(asker, stranger, order())).toMatchObject({ decision: true });
});

/** Threat: losing a connection during a query ends the process. */
it('is lost in the middle of a look-up: the look-up fails, and the server goes on', async () => {
  const names = Array.from({ length: 5 }, (_, index) => `waiting-${index}`);
  const users = await Promise.all(names.map((name) => tenant.addUser(name, allow('orders:Get'))));
  const holder = new pg.Client(replicas.database.login);
  await holder.connect();
  await holder.query('BEGIN; LOCK TABLE identities IN ACCESS EXCLUSIVE MODE');
  const answers = users.map(({ arn }) => askWhether(asker, { type: 'principal', id: arn }, order()));
  const waiting = `SELECT FROM pg_locks WHERE NOT granted AND relation = 'identities'::regclass`;
  while ((await replicas.database.query(waiting)).length < users.length) await pause(20);
  proxy.refuse();
  expect(new Set((await Promise.all(answers)).map(({ status }) => status))).toEqual(new Set([503]));
  await holder.end();
  proxy.heal();
  await untilRecovered();
  expect(await askWhether(asker, { type: 'principal', id: users[0]!.arn }, order())).toMatchObject({ decision: true });
});

/** Threat: the disk is full, memory is exhausted, or a failover left a read-only standby: half of a change remains. */
it.each(['53100', '53200', '53300', '57P03', '25006', '58030'])(
  'a change that PostgreSQL fails with %s is refused with 503, and nothing of it is there',
  async (sqlState) => {
    await replicas.database.query(`
      CREATE OR REPLACE FUNCTION fail_now() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'provoked' USING ERRCODE = '${sqlState}'; END $$`);
    // After the rows of the user and of its first policy were written: the audit event is written last.
    await replicas.database.query(
      'CREATE TRIGGER fail_now BEFORE INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION fail_now()',
    );
    const userName = `never-${sqlState}`;
    const answers = [];
    try {
      answers.push(await tenant.rest.post('/v1/users', { userName }));
    } finally {
      await replicas.database.query('DROP TRIGGER fail_now ON audit_events');
    }
    expect(answers.map(({ status, headers }) => [status, headers.get('retry-after')])).toEqual([[503, '1']]);
    expect((await tenant.rest.get(`/v1/users/${userName}`)).status).toBe(404);
    expect((await tenant.rest.post('/v1/users', { userName })).status).toBe(201);
  },
);
