import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { type Replicas, startReplicas } from '../support/replicas.js';
import { RestClient } from '../support/rest-client.js';
import { signIn, newTenant } from '../support/tenant.js';

/** The audit log of a server that is killed while it works, with an external PostgreSQL. */

let replicas: Replicas;

beforeAll(async () => {
  replicas = await startReplicas();
});
afterAll(() => replicas?.stop());

interface Event {
  readonly operation: string;
  readonly outcome: string;
  readonly resourceArn: string;
}

const script = fileURLToPath(new URL('../../scripts/audit-verify.mjs', import.meta.url));

function verify() {
  const environment = { PATH: process.env.PATH, ...replicas.environment };
  const { status, stdout } = spawnSync(process.execPath, [script], { env: environment, encoding: 'utf8' });
  return { status, stdout };
}

it('holds every change that was acknowledged and none that is not there, in an unbroken chain', async () => {
  const first = await replicas.start();
  // Changes of one account are serialized, so several accounts are used.
  const works = await Promise.all(Array.from({ length: 4 }, () => work(first.baseUrl)));
  while (works.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0) < 2_000) await pause(20);
  await first.kill();
  await Promise.all(works.map(({ ended }) => ended));

  const second = await replicas.start();
  const verified = verify();
  expect(verified.status).toBe(0);
  for (const { tenant, acknowledged } of works) {
    const rest = await signIn(second.baseUrl, tenant.email, tenant.password);
    const users = await all(rest, '/v1/users', 'users', ({ userName }) => userName!);
    const recorded = await all(rest, '/v1/audit-events?operation=iam:CreateUser', 'events', ({ resourceArn }) =>
      resourceArn!.replace(/^.*\//, ''),
    );
    expect(users).toEqual(expect.arrayContaining(acknowledged));
    expect(recorded.sort()).toEqual(users.sort());
    expect(verified.stdout).toContain(`${tenant.accountId}  intact`);
  }
}, 240_000);

/** Creates users in a new account, four at a time, until the server is gone. */
async function work(baseUrl: string) {
  const tenant = await newTenant(baseUrl);
  const acknowledged: string[] = [];
  const workers = Array.from({ length: 4 }, async (_, worker) => {
    for (let count = 0; ; count += 1) {
      const userName = `user-${worker}-${count}`;
      const answer = await tenant.rest.post('/v1/users', { userName }).catch(() => undefined);
      if (answer === undefined) return;
      if (answer.status === 201) acknowledged.push(userName);
    }
  });
  return { tenant, acknowledged, ended: Promise.all(workers) };
}

async function all(
  rest: RestClient,
  path: string,
  member: string,
  nameOf: (item: Record<string, string>) => string,
): Promise<string[]> {
  const found: string[] = [];
  for (let marker = ''; ;) {
    const query = `maxItems=500${marker && `&marker=${encodeURIComponent(marker)}`}`;
    const { body } = await rest.get(`${path}${path.includes('?') ? '&' : '?'}${query}`);
    found.push(...(body[member] as Record<string, string>[]).map(nameOf));
    if (!body.isTruncated) return found;
    marker = body.marker as string;
  }
}

it('reads are in it where the settings say so, with who read what', async () => {
  const server = await replicas.start({ GATEHOUSE_AUDIT_READS: 'on' });
  const tenant = await newTenant(server.baseUrl);
  await tenant.rest.post('/v1/users', { userName: 'ana' });
  expect((await tenant.rest.get('/v1/users/ana')).status).toBe(200);
  const { events } = (await tenant.rest.get('/v1/audit-events?operation=iam:GetUser')).body as { events: Event[] };
  expect(events).toMatchObject([
    { outcome: 'allowed', readOnly: true, resourceArn: `arn:aws:iam::${tenant.accountId}:user/ana` },
  ]);
});

/** Threat: a client that does not read its response uses up the server's memory, or its only connections. */
it('is exported at the pace of the reader', async () => {
  // Four responses of 48 MB each do not fit.
  const server = await replicas.start({
    GATEHOUSE_DATABASE_POOL_SIZE: '2',
    NODE_OPTIONS: '--max-old-space-size=140',
  });
  const tenant = await newTenant(server.baseUrl);
  await replicas.database.query(
    `INSERT INTO audit_events
     SELECT (jsonb_populate_record(NULL::audit_events, to_jsonb(event) || jsonb_build_object(
       'event_id', gen_random_uuid(), 'sequence', event.sequence + 1000 + n, 'user_agent', repeat('x', 4000)))).*
     FROM (SELECT * FROM audit_events WHERE account_id = $1 ORDER BY sequence DESC LIMIT 1) AS event,
       generate_series(1, 12000) AS n`,
    [tenant.accountId],
  );
  const { accessToken } = (
    await new RestClient(server.baseUrl).post('/v1/sign-in', { email: tenant.email, password: tenant.password })
  ).body as { accessToken: string };
  const headers = { authorization: `Bearer ${accessToken}` };
  const slow = await Promise.all(
    Array.from({ length: 4 }, () => fetch(`${server.baseUrl}/v1/audit-events/export`, { headers })),
  );
  await pause(1500);
  expect((await tenant.rest.get('/v1/users')).status).toBe(200);
  const lines = (await slow[0]!.text()).trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(12_000);
  // The others do not prevent it from stopping either.
  expect(await server.stop()).toMatchObject({ code: 0 });
});
