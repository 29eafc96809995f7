import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { GetUserCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { type Replicas, startReplicas } from '../support/replicas.js';
import type { RunningServer } from '../support/server.js';
import { allow, newTenant, type Tenant } from '../support/tenant.js';

let replicas: Replicas;
let server: RunningServer;
let tenant: Tenant;

beforeAll(async () => {
  replicas = await startReplicas();
  // Last-used times are written before counting begins.
  server = await replicas.start({ GATEHOUSE_DATABASE_POOL_SIZE: '2', GATEHOUSE_LAST_USED_SECONDS: '300' });
  tenant = await newTenant(server.baseUrl);
});
afterAll(() => replicas?.stop());

const ask = (arn: string) =>
  tenant.rest.post('/access/v1/evaluation', {
    subject: { type: 'principal', id: arn },
    action: { name: 'orders:GetOrder' },
    resource: { type: 'order', id: '*' },
  });

/** All queries to PostgreSQL, except those of the notification link. */
function statements(): string[] {
  const folder = replicas.database.dataDirectory;
  const log = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith('postgres.log'));
  const lines = readFileSync(join(folder, log!), 'utf8').match(/LOG: {2}(?:statement|execute [^:]*): .*/g) ?? [];
  return lines.filter((line) => /identit|polic|account|session|BEGIN|set_config/i.test(line));
}

/** Threat: more concurrent questions than connections wait for each other until all of them fail. */
it('many cold decisions at once need no more connections than there are', async () => {
  const users = await Promise.all(
    Array.from({ length: 40 }, (_, index) => tenant.rest.post('/v1/users', { userName: `user-${index}` })),
  );
  const answers = await Promise.all(users.map(({ body }) => ask((body.user as { arn: string }).arn)));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
});

it('a warm decision and warm signed calls ask the database nothing', async () => {
  const { arn, iam, sts } = await tenant.addUser('ana', allow('orders:GetOrder', 'iam:GetUser'));
  await replicas.database.query(`ALTER SYSTEM SET log_statement = 'all'`);
  await replicas.database.query('SELECT pg_reload_conf()');
  await pause(500);
  const call = async () => {
    expect((await ask(arn)).body.decision).toBe(true);
    await sts.send(new GetCallerIdentityCommand());
    await iam.send(new GetUserCommand({}));
  };
  const cold = statements().length;
  await call();
  expect(statements().length).toBeGreaterThan(cold);
  const warm = statements().length;
  const calls = 20;
  for (let count = 0; count < calls; count += 1) await call();
  // Background work sends queries occasionally.
  expect(statements().length - warm).toBeLessThan(calls);
});
