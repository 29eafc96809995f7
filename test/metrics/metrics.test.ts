import { GetUserCommand, ListUsersCommand } from '@aws-sdk/client-iam';
import { RestClient } from '../support/rest-client.js';
import { type RunningServer, startServer } from '../support/server.js';
import { allow, newTenant, type Tenant } from '../support/tenant.js';

let server: RunningServer;
let tenant: Tenant;

beforeAll(async () => {
  server = await startServer();
  tenant = await newTenant(server.baseUrl);
});

afterAll(() => server.stop());

async function scrape(): Promise<string> {
  return (await fetch(`${server.baseUrl}/metrics`)).text();
}

/** The value of one series, 0 if it does not exist; `series` as in the text, including labels. */
async function valueOf(series: string): Promise<number> {
  const line = (await scrape()).split('\n').find((text) => text.startsWith(`${series} `));
  return line ? Number(line.slice(series.length + 1)) : 0;
}

/** The increase of a series while `work` runs. Nobody else uses this server. */
async function growth(series: string, work: () => Promise<unknown>): Promise<number> {
  const before = await valueOf(series);
  await work();
  return (await valueOf(series)) - before;
}

const calls = (operation: string, outcome: string) =>
  `gatehouse_operations_total{operation="${operation}",outcome="${outcome}"}`;

describe('/metrics', () => {
  it('is in the format of Prometheus and open to programs of this machine', async () => {
    const answer = await fetch(`${server.baseUrl}/metrics`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    const text = await answer.text();
    for (const line of text.split('\n').filter((each) => each !== '' && !each.startsWith('#'))) {
      expect(line).toMatch(/^[a-z_:][a-z0-9_:]*(\{[a-zA-Z_]+="[^"]*"(,[a-zA-Z_]+="[^"]*")*\})? \S+$/);
    }
  });

  it('counts calls by operation and outcome, through both doors', async () => {
    const nobody = await tenant.addUser('nobody');
    expect(await growth(calls('iam:ListUsers', 'succeeded'), () => tenant.iam.send(new ListUsersCommand({})))).toBe(1);
    expect(await growth(calls('iam:ListUsers', 'succeeded'), () => tenant.rest.get('/v1/users'))).toBe(1);
    const denied = () => nobody.iam.send(new ListUsersCommand({})).catch(() => undefined);
    expect(await growth(calls('iam:ListUsers', 'denied'), denied)).toBe(1);
    expect(await growth(calls('iam:GetUser', 'refused'), () => tenant.rest.get('/v1/users/missing'))).toBe(1);
    const wrong = () => new RestClient(server.baseUrl).post('/v1/sign-in', { email: tenant.email, password: 'wrong' });
    expect(await growth(calls('gatehouse:SignIn', 'refused'), wrong)).toBe(1);
  });

  it('counts what pages do for people', async () => {
    const begun = calls('gatehouse:BeginPasskeySignIn', 'succeeded');
    expect(await growth(begun, () => fetch(`${server.baseUrl}/sign-in`))).toBe(1);
  });

  it('measures calls and decisions', async () => {
    const list = () => tenant.iam.send(new ListUsersCommand({}));
    expect(await growth('gatehouse_operation_duration_seconds_count{access_level="List"}', list)).toBe(1);
    expect(await growth('gatehouse_decision_duration_seconds_count{verdict="allowed"}', list)).toBe(1);
    expect(await valueOf('gatehouse_decision_duration_seconds_sum{verdict="allowed"}')).toBeGreaterThan(0);
  });

  it('tells hits of the caches from misses', async () => {
    const reader = await tenant.addUser('reader', allow('iam:GetUser'));
    const get = () => reader.iam.send(new GetUserCommand({}));
    const looked = (result: string) => `gatehouse_cache_requests_total{cache="access_keys",result="${result}"}`;
    expect(await growth(looked('miss'), get)).toBe(1);
    expect(await growth(looked('hit'), get)).toBe(1);
    expect(await valueOf('gatehouse_cache_entries{cache="access_keys"}')).toBeGreaterThan(0);
  });

  it('tells of pool, notification link, event loop and process', async () => {
    expect(await valueOf('gatehouse_notification_link_up')).toBe(1);
    expect(await valueOf('gatehouse_notification_links_total')).toBe(1);
    expect(await valueOf('gatehouse_epoch_lag_seconds')).toBeGreaterThan(0);
    const connections = ['busy', 'idle'].map((state) => valueOf(`gatehouse_database_connections{state="${state}"}`));
    expect((await Promise.all(connections)).reduce((sum, each) => sum + each)).toBeGreaterThan(0);
    expect(await scrape()).toContain('\ngatehouse_database_waiting 0\n');
    expect(await scrape()).toMatch(/^nodejs_eventloop_lag_p99_seconds [0-9]/m);
    expect(await valueOf('process_resident_memory_bytes')).toBeGreaterThan(0);
  });
});

/** Threat: a stranger fills the memory with series, or identifies tenants in them. */
describe('what strangers send', () => {
  it('makes no new series, and nothing of a request shows', async () => {
    const seriesOf = async () =>
      (await scrape()).split('\n').flatMap((line) => (line.startsWith('gatehouse_') ? [line.split(' ')[0]] : []));
    const stranger = new RestClient(server.baseUrl);
    const hostile = async (mark: string) => {
      await stranger.get(`/v1/${mark}`);
      await stranger.get(`/v1/users/${mark}`);
      await tenant.rest.get(`/v1/users/${mark}`);
      await stranger.post('/v1/sign-in', { account: mark, userName: mark, password: mark });
      await stranger.call('GET', `/?Action=${mark}&Version=2010-05-08`);
      await fetch(`${server.baseUrl}/metrics`, { headers: { 'user-agent': mark, authorization: `Bearer ${mark}` } });
      await tenant.rest.post('/access/v1/evaluation', {
        subject: { type: 'principal', id: `arn:aws:iam::${tenant.accountId}:root` },
        action: { name: `${mark}:${mark}` },
        resource: { type: mark, id: `arn:aws:${mark}:::${mark}` },
      });
    };
    await hostile('first');
    const before = await seriesOf();
    for (let round = 0; round < 20; round++) await hostile(`mark${round}`);
    expect((await seriesOf()).sort()).toEqual(before.sort());
    const text = await scrape();
    expect(text).not.toMatch(/mark[0-9]/);
    expect(text).not.toContain(tenant.accountId);
    expect(text).not.toContain(tenant.email);
    expect(text).not.toMatch(/[0-9]{12}"|arn:|AKIA|AIDA/);
  });

  it('has the names of operations as the only names', async () => {
    const { body } = await new RestClient(server.baseUrl).get('/docs/openapi.json');
    const paths = Object.values<Record<string, { operationId: string }>>(body.paths);
    const ids = paths.flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId.toLowerCase()));
    const named = new Set([...(await scrape()).matchAll(/operation="([^"]*)"/g)].map(([, name]) => name!));
    expect(named.size).toBeGreaterThan(4);
    for (const name of named) expect(ids).toContain(name.split(':')[1]!.toLowerCase());
  });
});

it('is not there when it is turned off', async () => {
  const quiet = await startServer({ environment: { GATEHOUSE_METRICS: 'off' } });
  try {
    expect((await fetch(`${quiet.baseUrl}/metrics`)).status).toBe(404);
    expect((await fetch(`${quiet.baseUrl}/healthz`)).status).toBe(200);
  } finally {
    await quiet.stop();
  }
});
