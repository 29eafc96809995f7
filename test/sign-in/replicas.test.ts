import { setTimeout as pause } from 'node:timers/promises';
import { type Replicas, startReplicas } from '../support/replicas.js';
import { RestClient } from '../support/rest-client.js';
import type { RunningServer } from '../support/server.js';
import { allow, newTenant, type Tenant } from '../support/tenant.js';

const password = 'Ana-password-1234';

let replicas: Replicas;
let first: RunningServer;
let second: RunningServer;
let tenant: Tenant;

beforeAll(async () => {
  replicas = await startReplicas();
  // Addresses of this test, as passed on by a proxy.
  first = await replicas.start({ GATEHOUSE_TRUST_PROXY: '127.0.0.1' });
  second = await replicas.start({ GATEHOUSE_TRUST_PROXY: '127.0.0.1' });
  tenant = await newTenant(first.baseUrl);
});
afterAll(() => replicas?.stop());

async function aUser(userName: string) {
  await tenant.rest.post('/v1/users', { userName });
  await tenant.rest.post(`/v1/users/${userName}/login-profile`, { password });
}

async function signIn(server: RunningServer, address: string, credentials: object) {
  const response = await fetch(`${server.baseUrl}/v1/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address, 'user-agent': 'attack/1' },
    body: JSON.stringify(credentials),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('failures', () => {
  it('delay on every replica, and after a restart', async () => {
    await aUser('ana');
    const credentials = { account: tenant.accountId, userName: 'ana', password };
    const wrong = { ...credentials, password: 'wrong' };
    for (let guess = 0; guess < 6; guess += 1) await signIn(first, '198.51.100.1', wrong);
    // The delay that began is extended for the following steps.
    await replicas.database.query(`
      UPDATE throttles SET blocked_until = now() + interval '10 minutes' WHERE blocked_until > 'epoch'::timestamptz`);
    expect((await signIn(second, '198.51.100.1', credentials)).status).toBe(429);
    const third = await replicas.start({ GATEHOUSE_TRUST_PROXY: '127.0.0.1' });
    expect((await signIn(third, '198.51.100.1', credentials)).status).toBe(429);
    expect((await signIn(third, '198.51.100.2', credentials)).status).toBe(200);
  });

  /** Threat: a stranger with many addresses keeps failing so that the owner cannot sign in. */
  it('of strangers do not lock the owner out', async () => {
    await aUser('owner');
    const credentials = { account: tenant.accountId, userName: 'owner', password };
    expect((await signIn(first, '203.0.113.1', credentials)).status).toBe(200);
    let status = 0;
    for (let guess = 0; guess < 40 && status !== 429; guess += 1) {
      status = (await signIn(first, `198.18.0.${guess}`, { ...credentials, password: 'wrong' })).status;
    }
    expect(status).toBe(429);
    expect((await signIn(second, '203.0.113.1', credentials)).status).toBe(200);
  });
});

it('every attempt is in the audit log, with address and user agent; names that nobody has are not', async () => {
  await aUser('audited');
  const credentials = { account: tenant.accountId, userName: 'audited', password };
  await signIn(first, '192.0.2.7', { ...credentials, password: 'wrong' });
  await signIn(first, '192.0.2.7', credentials);
  await signIn(first, '192.0.2.7', { ...credentials, userName: 'my-password-by-mistake' });
  await signIn(first, '192.0.2.7', { ...credentials, account: 'no-such-alias' });
  const rows = await replicas.database.query<Record<string, string>>(`
    SELECT account_id = '${tenant.accountId}' AS own, caller_arn, outcome, user_agent, input::text FROM audit_events
    WHERE source_ip = '192.0.2.7' AND operation = 'gatehouse:SignIn' ORDER BY event_time`);
  expect(rows.map(({ own, outcome, user_agent }) => [own, outcome, user_agent])).toEqual([
    [true, 'failed', 'attack/1'],
    [true, 'allowed', 'attack/1'],
    [true, 'failed', 'attack/1'],
    // The account does not exist: the management account's log.
    [false, 'failed', 'attack/1'],
  ]);
  expect(rows[2]!.caller_arn).toContain('HIDDEN_DUE_TO_SECURITY_REASONS');
  expect(JSON.stringify(rows)).not.toContain('by-mistake');
});

/** Threat: the work for a response reveals whether an account, user or password exists. */
it('writes in as many transactions for everyone', async () => {
  for (let index = 0; index < 10; index += 1) await aUser(`worker-${index}`);
  const email = `nobody@nowhere.test`;
  const kinds: [string, (index: number) => object][] = [
    ['wrong password', (index) => ({ account: tenant.accountId, userName: `worker-${index}` })],
    ['no such user', (index) => ({ account: tenant.accountId, userName: `nobody-${index}` })],
    ['no such account', (index) => ({ account: `no-such-${index}`, userName: 'ana' })],
    ['no such root user', (index) => ({ email: `${index}${email}` })],
  ];
  for (const [kind, named] of kinds) {
    const counts: number[] = [];
    for (let index = 0; index < 10; index += 1) {
      const before = await committed();
      const answer = await signIn(first, '192.0.2.99', { ...named(index), password: 'wrong' });
      expect([kind, answer.status]).toEqual([kind, 401]);
      counts.push((await committed()) - before);
    }
    // The minimum, because heartbeats and other background work affect some attempts.
    expect([kind, Math.min(...counts)]).toEqual([kind, 1]);
  }
});

/** Every writing transaction takes the next number. */
async function committed(): Promise<number> {
  const [row] = await replicas.database.query<{ next: string }>(
    'SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next',
  );
  return Number(row!.next);
}

it('a session that proves its password on one replica has proved it on the other', async () => {
  await aUser('proving');
  const { body } = await signIn(first, '192.0.2.51', { account: tenant.accountId, userName: 'proving', password });
  const [here, there] = [first, second].map(({ baseUrl }) => new RestClient(baseUrl, body.accessToken as string));
  const policyDocument = JSON.stringify(allow('iam:CreateAccessKey'));
  await tenant.rest.put('/v1/users/proving/policies/own', { policyDocument });
  await replicas.database.query(`
    UPDATE sessions SET proved_at = now() - interval '11 minutes'
    WHERE (account_id, principal_id) IN (SELECT account_id, identity_id FROM identities WHERE name = 'proving')`);
  for (const replica of [here!, there!]) {
    expect((await replica.post('/v1/access-keys')).body.code).toBe('StepUpRequired');
  }
  expect((await here!.post('/v1/session/step-up', { password })).body.status).toBe('steppedUp');
  await pause(1000);
  expect((await there!.post('/v1/access-keys')).status).toBe(201);
});

it('a session that ends on one replica is over on the other', async () => {
  await aUser('leaving');
  const { body } = await signIn(first, '192.0.2.50', { account: tenant.accountId, userName: 'leaving', password });
  const there = new RestClient(second.baseUrl, body.accessToken as string);
  expect((await there.get('/v1/session')).status).toBe(200);
  await tenant.rest.patch('/v1/users/leaving/login-profile', { password: 'Another-password-5678' });
  let status = 200;
  for (let tries = 0; tries < 100 && status === 200; tries += 1) {
    status = (await there.get('/v1/session')).status;
    await pause(20);
  }
  expect(status).toBe(401);
});

/** Threat: a stolen refresh token is used at the same time as its owner's, on another server. */
it('a refresh token is good once, however many servers are shown it at the same time', async () => {
  await aUser('refreshing');
  const credentials = { account: tenant.accountId, userName: 'refreshing', password };
  const { refreshToken } = (await signIn(first, '192.0.2.51', credentials)).body;
  const answers = await Promise.all(
    [first, second, first, second].map(({ baseUrl }) =>
      new RestClient(baseUrl).post('/v1/sign-in/refresh', { refreshToken }),
    ),
  );
  const issued = answers.filter(({ status }) => status === 200);
  expect(issued.length).toBeLessThanOrEqual(1);
  for (const { status } of answers) expect([200, 401, 429]).toContain(status);
  for (const { baseUrl } of [first, second]) {
    expect((await new RestClient(baseUrl).post('/v1/sign-in/refresh', { refreshToken })).status).not.toBe(200);
  }
});
