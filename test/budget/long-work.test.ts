import pg from 'pg';
import { EmbeddedPostgres } from '../../src/kernel/database/embedded/embedded-postgres.js';
import { cheapHashes, localProviders, type RunningServer, startServer } from '../support/server.js';
import { newTenant, type Tenant } from '../support/tenant.js';
import { fillWithPolicies } from './platform-rows.js';

let server: RunningServer;
let greedy: Tenant;
let other: Tenant;

beforeAll(async () => {
  server = await startServer({ environment: { ...cheapHashes, ...localProviders, GATEHOUSE_DATABASE_POOL_SIZE: '4' } });
  greedy = await newTenant(server.baseUrl);
  other = await newTenant(server.baseUrl);
  const database = new pg.Client(await EmbeddedPostgres.loginOfRunning(server.dataDirectory));
  await database.connect();
  await fillWithPolicies(database, greedy.accountId);
  await database.end();
}, 120_000);

afterAll(() => server?.stop());

/** Threat: a tenant keeps all connections to the database busy with requests that work for seconds. */
it('lets the requests of an account with long work take turns, and others be answered meanwhile', async () => {
  let answered = 0;
  const sent = Array.from({ length: 20 }, async () => {
    const answer = await greedy.rest.get('/v1/security/findings');
    answered += 1;
    return answer;
  });
  // More than ten waiting requests are refused immediately.
  while (answered < 8) await new Promise((resolve) => setTimeout(resolve, 5));
  for (let index = 0; index < 5; index += 1) expect((await other.rest.get('/v1/users')).status).toBe(200);
  expect((await greedy.rest.get('/v1/users')).status).toBe(200);
  expect(answered).toBeLessThan(20);
  const answers = await Promise.all(sent);
  const refused = answers.filter(({ status }) => status !== 200);
  expect(refused).toHaveLength(8);
  for (const { status, body, headers } of refused) {
    expect({ status, code: (body as { code: string }).code }).toEqual({ status: 429, code: 'Throttling' });
    expect(headers.get('retry-after')).toBe('5');
  }
}, 120_000);
