import { setTimeout as pause } from 'node:timers/promises';
import type { ConnectionTarget } from '../../src/kernel/database/connection.js';
import { Database } from '../../src/kernel/database/database.service.js';
import { PolicyEpochs } from '../../src/kernel/database/policy-epochs.js';
import { prepareDatabase } from '../../src/kernel/database/prepare.js';
import { type DatabaseProxy, startDatabaseProxy } from '../support/database-proxy.js';
import { startTestDatabase, type TestDatabaseServer } from '../support/test-database.js';

const accountId = '123456789012';

interface Replica {
  readonly database: Database;
  readonly epochs: PolicyEpochs;
}

let server: TestDatabaseServer;
let target: ConnectionTarget;
let here: Replica;
let there: Replica;

function newReplica(to: ConnectionTarget): Replica {
  const database = new Database(to, 3);
  return { database, epochs: new PolicyEpochs(database, to) };
}

async function startReplica(): Promise<Replica> {
  const replica = newReplica(target);
  await replica.epochs.start();
  return replica;
}

async function stopReplica(replica: Replica | undefined): Promise<void> {
  replica?.epochs.close();
  await replica?.database.close();
}

const advance = ({ database, epochs }: Replica): Promise<bigint> =>
  database.forAccount(accountId, (tx) => epochs.advance(tx, accountId));

/** Fails through the test's own timeout. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(5);
}

/** Cuts the listening connections, like a network failure or an administrator. */
const cutLinks = () =>
  server.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'gatehouse notifications'`,
  );

beforeAll(async () => {
  server = await startTestDatabase();
  ({ target } = await prepareDatabase(server.login));
  [here, there] = await Promise.all([startReplica(), startReplica()]);
  const account = { accountId, name: 'a', rootEmail: 'a@example.com', rootEmailKey: 'a@example.com' };
  await here.database.forAccount(accountId, (tx) => tx.account.create({ data: account }));
});

afterAll(async () => {
  await stopReplica(here);
  await stopReplica(there);
  await server?.stop();
});

it('is known at once to the replica that committed, and soon to the others', async () => {
  const epoch = await advance(here);
  expect(here.epochs.latest(accountId)).toBe(epoch);
  await until(() => there.epochs.latest(accountId) === epoch);
  expect(await there.epochs.read(accountId)).toBe(epoch);
});

it('tells listeners each epoch once', async () => {
  const heard: [string, bigint][] = [];
  const unsubscribe = here.epochs.onAdvance((...news) => heard.push(news));
  const epoch = await advance(here);
  expect(heard).toEqual([[accountId, epoch]]);
  // By the time the other replica is notified, this one has received its own notification too.
  await until(() => there.epochs.latest(accountId) === epoch);
  unsubscribe();
  const next = await advance(here);
  await until(() => there.epochs.latest(accountId) === next);
  expect(heard).toHaveLength(1);
});

it('says nothing of a transaction that rolls back', async () => {
  const before = await here.epochs.read(accountId);
  const failure = new Error('changed my mind');
  const work = here.database.forAccount(accountId, async (tx) => {
    await here.epochs.advance(tx, accountId);
    throw failure;
  });
  await expect(work).rejects.toBe(failure);
  expect(here.epochs.latest(accountId)).toBe(before);
  expect(await here.epochs.read(accountId)).toBe(before);
});

it('gives transactions at the same time different epochs', async () => {
  const epochs = await Promise.all([here, there, here, there, here, there].map(advance));
  expect(new Set(epochs).size).toBe(6);
});

it('does not advance another account', async () => {
  const work = here.database.forAccount('999999999999', (tx) => here.epochs.advance(tx, accountId));
  await expect(work).rejects.toThrow('outside the scope');
});

it('knows when notifications may be missed, and links again by itself', async () => {
  const { generation } = there.epochs;
  expect(there.epochs.isLinked()).toBe(true);
  await cutLinks();
  await until(() => !there.epochs.isLinked());
  await until(() => there.epochs.isLinked() && here.epochs.isLinked());
  expect(there.epochs.generation).toBe(generation + 1);
  const epoch = await advance(here);
  await until(() => there.epochs.latest(accountId) === epoch);
});

describe('behind a network that breaks', () => {
  let proxy: DatabaseProxy;
  let behind: Replica;
  beforeEach(async () => {
    proxy = await startDatabaseProxy(server);
    behind = newReplica({ ...target, login: { connectionString: proxy.url } });
  });
  afterEach(async () => {
    await stopReplica(behind);
    await proxy?.close();
  });

  /** Threat: data that was cached before an outage is used after it without verification. */
  it('forgets an outage as soon as the link is there again', async () => {
    proxy.refuse();
    await behind.epochs.start();
    await expect(behind.epochs.read(accountId)).rejects.toMatchObject({ code: 'ServiceUnavailable' });
    proxy.heal();
    await until(() => behind.epochs.isLinked());
    expect(await behind.epochs.read(accountId)).toBe(await here.epochs.read(accountId));
  });

  it('gives a link up that is lost just when it is made', async () => {
    proxy.swallow((_, packet) => packet.includes('LISTEN'));
    // Hangs if it is awaited.
    await behind.epochs.start();
    expect(behind.epochs.isLinked()).toBe(false);
    proxy.heal();
    await until(() => behind.epochs.isLinked());
  });
});
