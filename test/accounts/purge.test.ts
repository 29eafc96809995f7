import { setTimeout as pause } from 'node:timers/promises';
import { type Replicas, startReplicas } from '../support/replicas.js';
import { RestClient } from '../support/rest-client.js';
import type { RunningServer } from '../support/server.js';
import { managementTenant, newTenant, type Tenant } from '../support/tenant.js';

let replicas: Replicas;
let server: RunningServer;
let operator: RestClient;

beforeAll(async () => {
  replicas = await startReplicas();
  server = await replicas.start({ GATEHOUSE_ACCOUNT_GRACE_DAYS: '0', GATEHOUSE_LAST_USED_SECONDS: '1' });
  operator = (await managementTenant(server.baseUrl)).rest;
});

afterAll(() => replicas?.stop());

/** An account with data in as many tables as the tests know of. */
async function furnishedAccount(): Promise<Tenant> {
  const tenant = await newTenant(server.baseUrl);
  const { rest, accountId } = tenant;
  const statement = { Effect: 'Allow', Action: '*', Resource: '*' };
  const policyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statement });
  await tenant.addUser('ana', { Version: '2012-10-17', Statement: statement });
  await rest.post('/v1/users/ana/login-profile', { password: 'Ana-password-1234' });
  await rest.post('/v1/groups', { groupName: 'team' });
  await rest.put('/v1/groups/team/users/ana');
  const { body } = await rest.post('/v1/policies', { policyName: 'mine', policyDocument });
  await rest.put(`/v1/users/ana/attached-policies?policyArn=${encodeURIComponent(body.policy.arn as string)}`);
  await rest.put(`/v1/account-aliases/a-${accountId}`);
  await rest.put(`/v1/accounts/${accountId}/alternate-contacts/BILLING`, {
    name: 'Bo Example',
    title: 'Billing',
    emailAddress: 'bo@example.test',
    phoneNumber: '1',
  });
  return tenant;
}

/**
 * The number of the account's rows in each table with an account_id; the tables come from the database, so none is
 * forgotten.
 */
async function rowsOf(accountId: string): Promise<Record<string, number>> {
  const tables = await replicas.database.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.columns
     WHERE table_schema = 'public' AND column_name = 'account_id' ORDER BY 1`,
  );
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const sql = `SELECT count(*)::int FROM "${name}" WHERE account_id = $1`;
    const [row] = await replicas.database.query<{ count: number }>(sql, [accountId]);
    if (row!.count > 0) counts[name] = row!.count;
  }
  return counts;
}

const tombstone = (accountId: string) =>
  replicas.database.query(
    `SELECT status, name, alias, root_email, root_email_key, root_password_hash, is_management
     FROM accounts WHERE account_id = $1`,
    [accountId],
  );

function expectGone(rows: Record<string, number>): void {
  expect(rows['accounts']).toBe(1);
  expect(rows['audit_events']).toBeGreaterThan(0);
  expect(Object.keys(rows).filter((name) => name !== 'accounts' && !name.startsWith('audit_'))).toEqual([]);
}

it('leaves nothing of an account but its audit log and a tombstone', async () => {
  const { accountId, email, password } = await furnishedAccount();
  const before = await rowsOf(accountId);
  expect(Object.keys(before)).toEqual(
    expect.arrayContaining(['access_keys', 'account_contacts', 'identities', 'managed_policies', 'sessions']),
  );
  expect((await operator.delete(`/v1/accounts/${accountId}`)).body.code).toBe('InvalidAccountState');
  await operator.put(`/v1/accounts/${accountId}/closure`);
  expect((await operator.delete(`/v1/accounts/${accountId}`)).status).toBe(200);

  expectGone(await rowsOf(accountId));
  expect(await tombstone(accountId)).toEqual([
    {
      status: 'purged',
      name: '',
      alias: null,
      root_email: '',
      root_email_key: accountId,
      root_password_hash: null,
      is_management: false,
    },
  ]);
  // The email address and the alias become available, the account ID never does.
  const stranger = new RestClient(server.baseUrl);
  expect((await stranger.post('/v1/sign-in', { email, password })).status).toBe(401);
  const again = await stranger.post('/v1/accounts', { name: 'Again', email, password });
  expect(again.status).toBe(201);
  expect(again.body.account.accountId).not.toBe(accountId);
  const taken = { accountId, name: 'Taken', email: `${accountId}@taken.test`, password };
  expect((await operator.post('/v1/accounts', taken)).body.code).toBe('EntityAlreadyExists');
});

/** A server writes an account's last-access records a second later. */
it('is not undone by what was noted before', async () => {
  const { accountId } = await furnishedAccount();
  await operator.put(`/v1/accounts/${accountId}/closure`);
  expect((await operator.delete(`/v1/accounts/${accountId}`)).status).toBe(200);
  await pause(1_500);
  expectGone(await rowsOf(accountId));
});

it('is final', async () => {
  const { accountId } = await newTenant(server.baseUrl);
  const path = `/v1/accounts/${accountId}`;
  await operator.put(`${path}/closure`);
  expect((await operator.put(`${path}/reactivation`)).body.code).toBe('InvalidAccountState');
  await operator.delete(path);
  const answers = [
    await operator.put(`${path}/reactivation`),
    await operator.put(`${path}/suspension`),
    await operator.put(`${path}/closure`),
    await operator.patch(path, { name: 'Back' }),
    await operator.put(`${path}/email`, { email: `${accountId}@back.test` }),
    await operator.delete(path),
  ];
  expect(new Set(answers.map(({ body }) => body.code as string))).toEqual(new Set(['InvalidAccountState']));
  expect((await operator.get(path)).body.account).toMatchObject({ accountId, status: 'purged', name: '', email: '' });
  const listed = (await operator.get(`/v1/accounts?search=${accountId}`)).body;
  expect(listed.accounts).toEqual([]);
});

it('happens by itself after the grace period, whichever of two replicas is first, also after a restart', async () => {
  const tenants = await Promise.all([furnishedAccount(), furnishedAccount(), furnishedAccount()]);
  for (const { accountId } of tenants) await operator.put(`/v1/accounts/${accountId}/closure`);
  await Promise.all([replicas.start({ GATEHOUSE_ACCOUNT_GRACE_DAYS: '0' }), replicas.start()]);
  for (const { accountId } of tenants) {
    while ((await operator.get(`/v1/accounts/${accountId}`)).body.account.status !== 'purged') await pause(50);
    expectGone(await rowsOf(accountId));
    const purges = `SELECT caller_id FROM audit_events WHERE account_id = $1 AND operation = 'gatehouse:PurgeAccount'`;
    expect(await replicas.database.query(purges, [accountId])).toEqual([{ caller_id: 'gatehouse' }]);
  }
});
