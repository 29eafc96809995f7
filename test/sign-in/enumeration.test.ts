import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Replicas, startReplicas } from '../support/replicas.js';
import type { RunningServer } from '../support/server.js';
import { newTenant, type Tenant } from '../support/tenant.js';

const ROUNDS = 9;

let replicas: Replicas;
let server: RunningServer;
let tenant: Tenant;
let attempts = 0;

beforeAll(async () => {
  replicas = await startReplicas();
  server = await replicas.start({ GATEHOUSE_TRUST_PROXY: '127.0.0.1' });
  tenant = await newTenant(server.baseUrl);
  for (let round = 0; round < ROUNDS; round += 1) {
    await tenant.rest.post('/v1/users', { userName: `with-password-${round}` });
    await tenant.rest.post(`/v1/users/with-password-${round}/login-profile`, { password: 'Ana-password-1234' });
    await tenant.rest.post('/v1/users', { userName: `without-password-${round}` });
  }
  await replicas.database.query(`ALTER SYSTEM SET log_statement = 'all'`);
  await replicas.database.query('SELECT pg_reload_conf()');
  await pause(500);
});
afterAll(() => replicas?.stop());

const kinds: Readonly<Record<string, (round: number) => object>> = {
  'wrong password': (round) => ({ account: tenant.accountId, userName: `with-password-${round}` }),
  'no password': (round) => ({ account: tenant.accountId, userName: `without-password-${round}` }),
  'no such user': (round) => ({ account: tenant.accountId, userName: `nobody-${round}` }),
  'no such account': (round) => ({ account: `no-such-${round}`, userName: 'ana' }),
  'wrong password of a root user': () => ({ email: tenant.email }),
  'no such email address': (round) => ({ email: `${round}-${tenant.email}` }),
};

/** All queries to PostgreSQL, including reads. */
function statements(): number {
  const folder = replicas.database.dataDirectory;
  const log = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith('postgres.log'));
  return readFileSync(join(folder, log!), 'utf8').match(/LOG: {2}(?:statement|execute [^:]*): /g)?.length ?? 0;
}

async function attempt(named: object): Promise<{ answer: string; asked: number }> {
  attempts += 1;
  const before = statements();
  const response = await fetch(`${server.baseUrl}/v1/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': `198.18.1.${attempts}` },
    body: JSON.stringify({ ...named, password: 'wrong' }),
  });
  const { requestId: _, instance: __, ...body } = (await response.json()) as Record<string, unknown>;
  return { answer: JSON.stringify([response.status, body]), asked: statements() - before };
}

/**
 * Threat: a response, or the work for it, reveals whether an account, user or password exists. Attempts of all kinds
 * alternate, and the minimum excludes background work, which is frequent on a slow machine.
 */
it('a failed sign-in says and asks the database the same, whatever was wrong', async () => {
  await attempt({ account: 'warm-up-alias', userName: 'ana' });
  const found = Object.keys(kinds).map((kind) => ({ kind, answers: new Set<string>(), asked: [] as number[] }));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { kind, answers, asked } of found) {
      const result = await attempt(kinds[kind]!(round));
      answers.add(result.answer);
      asked.push(result.asked);
    }
  }
  const [first, ...others] = found.map(({ asked }) => Math.min(...asked));
  expect(first).toBeGreaterThan(5);
  expect(others).toEqual(others.map(() => first));
  expect(new Set(found.flatMap(({ answers }) => [...answers])).size).toBe(1);
});
