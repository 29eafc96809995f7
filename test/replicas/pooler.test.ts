import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type DatabaseProxy, startDatabaseProxy } from '../support/database-proxy.js';
import { hasPgBouncer, type PgBouncer, startPgBouncer } from '../support/pgbouncer.js';
import { type Replicas, startReplicas, untilLinkIs } from '../support/replicas.js';
import type { RunningServer } from '../support/server.js';
import { type StatementWatch, watchStatements } from '../support/statement-watch.js';
import { startTcpSwitch } from '../support/tcp-switch.js';
import { allow, newTenant, signIn, type Tenant } from '../support/tenant.js';

/**
 * Threat: a connection pooler passes a connection from one transaction to the next, whoever they belong to. What was
 * set for the connection (the role, and with it row-level security) then applies to somebody else, and not to its
 * owner.
 */

let replicas: Replicas;
/** In front of PostgreSQL: it sees each backend's statements, in order. */
let proxy: DatabaseProxy;
let watch: StatementWatch;

beforeAll(async () => {
  replicas = await startReplicas();
  // The first start creates the tables and the management account.
  await (await replicas.start()).stop();
});
afterAll(() => replicas?.stop());

beforeEach(async () => {
  watch = watchStatements();
  const prepares = [
    'gatehouse migration',
    'gatehouse session check',
    'gatehouse role check',
    'gatehouse audit partitions',
  ];
  proxy = await startDatabaseProxy(replicas.database, watch, (name) => !prepares.includes(name));
});
afterEach(() => proxy.close());

/** One call of each kind that reaches the database. @returns statuses of the responses */
async function work(tenant: Tenant): Promise<number[]> {
  const statuses: number[] = [];
  const note = async (answer: Promise<{ status: number }>) => void statuses.push((await answer).status);
  const userName = `user-${randomUUID()}`;
  await note(tenant.rest.post('/v1/users', { userName }));
  await note(tenant.rest.post('/v1/users', { userName }));
  await note(
    tenant.rest.put(`/v1/users/${userName}/policies/p`, { policyDocument: JSON.stringify(allow('iam:Get*')) }),
  );
  await note(tenant.rest.get('/v1/users?maxItems=500'));
  await note(tenant.rest.get(`/v1/users/${userName}`));
  const evaluation = {
    subject: { type: 'principal', id: `arn:aws:iam::${tenant.accountId}:user/${userName}` },
    action: { name: 'iam:GetUser' },
    resource: { type: 'user', id: '*' },
  };
  await note(tenant.rest.post('/access/v1/evaluation', evaluation));
  await note(tenant.rest.get('/v1/audit-events'));
  await note(tenant.rest.get('/v1/audit-events/verification'));
  await note(tenant.rest.post('/v1/sign-in', { email: tenant.email, password: 'wrong' }));
  await note(tenant.rest.delete(`/v1/users/${userName}/policies/p`));
  await note(tenant.rest.delete(`/v1/users/${userName}`));
  return statuses;
}

const everyUser = async ({ rest }: Tenant) =>
  (await rest.get('/v1/users?maxItems=500')).body.users as { arn: string }[];

it('every statement of a server runs in a transaction that entered the role and a scope first', async () => {
  const server = await replicas.start({ DATABASE_URL: proxy.url, GATEHOUSE_LAST_USED_SECONDS: '1' });
  const tenant = await newTenant(server.baseUrl);
  const { iam } = await tenant.addUser('ana', allow('iam:*'));
  const { ListUsersCommand } = await import('@aws-sdk/client-iam');
  await iam.send(new ListUsersCommand({}));
  await work(tenant);
  await signIn(server.baseUrl, tenant.email, tenant.password);
  expect((await fetch(`${server.baseUrl}/readyz`)).status).toBe(200);
  // Last-used times are written in the meantime.
  await pause(1_500);
  await server.stop();
  expect(watch.violations).toEqual([]);
  expect(watch.transactions).toBeGreaterThan(50);
});

const withPgBouncer = hasPgBouncer() ? describe : describe.skip;
if (!hasPgBouncer()) console.warn('PgBouncer is not installed (Debian: pgbouncer): the tests with it are skipped.');

withPgBouncer('behind PgBouncer', () => {
  let pooler: PgBouncer | undefined;
  afterEach(() => pooler?.stop());

  it('in session mode the server works, and hears of policy changes', async () => {
    pooler = await startPgBouncer(proxy.url, 'session');
    const server = await replicas.start({ DATABASE_URL: pooler.url });
    await untilLinkIs('up', server.baseUrl);
    const tenant = await newTenant(server.baseUrl);
    expect(await work(tenant)).toEqual([201, 409, 204, 200, 200, 200, 200, 200, 401, 204, 204]);
    await server.stop();
  });

  it.each(['transaction', 'statement'] as const)('in %s mode the start is refused, and says why', async (mode) => {
    pooler = await startPgBouncer(proxy.url, mode);
    const start = replicas.start({ DATABASE_URL: pooler.url });
    await expect(start).rejects.toThrow(/connection pooler that does not keep a session.*pool_mode = session/s);
    // No migration lock remains, which would block every later start.
    const locks = await replicas.database.query(
      `SELECT FROM pg_locks JOIN pg_database ON oid = database WHERE locktype = 'advisory' AND datname = current_database()`,
    );
    expect(locks).toEqual([]);
  });

  it('no transaction runs outside of the role when one in transaction mode is put under a running server', async () => {
    const way = await startTcpSwitch(proxy.port);
    const url = new URL(proxy.url);
    url.port = String(way.port);
    let server: RunningServer | undefined;
    try {
      server = await replicas.start({ DATABASE_URL: url.toString() });
      const { baseUrl } = server;
      const tenants = await Promise.all(Array.from({ length: 3 }, () => newTenant(baseUrl)));
      for (const tenant of tenants) await tenant.addUser('owned');
      // Fewer backends than the server has connections: they are switched constantly.
      pooler = await startPgBouncer(proxy.url, 'transaction', 4);
      way.leadTo(pooler.port);
      const before = watch.transactions;
      const seen = (
        await Promise.all(
          tenants.flatMap((tenant) =>
            Array.from({ length: 6 }, async () => {
              const statuses = await work(tenant).catch(() => []);
              const users = (await everyUser(tenant).catch(() => undefined)) ?? [];
              expect(users.filter(({ arn }) => !arn.includes(`:${tenant.accountId}:`))).toEqual([]);
              return statuses;
            }),
          ),
        )
      ).flat();
      expect(seen.filter((status) => status === 500)).toEqual([]);
      expect(seen.filter((status) => status < 300).length).toBeGreaterThan(20);
      expect(watch.transactions - before).toBeGreaterThan(100);
      expect(watch.violations).toEqual([]);
      // It receives nothing and knows it: every request compares epochs.
      await untilLinkIs('down', baseUrl);
    } finally {
      await server?.stop();
      await way.close();
    }
  });
});
