import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { type Replicas, startReplicas } from '../support/replicas.js';
import { RestClient } from '../support/rest-client.js';
import type { RunningServer } from '../support/server.js';
import { awsClients, managementTenant, newTenant, type Tenant } from '../support/tenant.js';

/** Threat: a suspended or closed account continues to act through a replica that was not notified. */
let replicas: Replicas;
let here: RunningServer;
let there: RunningServer;
let operator: RestClient;

beforeAll(async () => {
  replicas = await startReplicas();
  here = await replicas.start();
  there = await replicas.start();
  operator = (await managementTenant(here.baseUrl)).rest;
});

afterAll(() => replicas?.stop());

interface Credentials {
  readonly tenant: Tenant;
  readonly userKey: Tenant['accessKey'];
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** All credentials of an account, each used on both replicas, so that both have it cached. */
async function warmCredentials(): Promise<Credentials> {
  const tenant = await newTenant(here.baseUrl);
  const { accessKey: userKey } = await tenant.addUser('worker');
  const signIn = { email: tenant.email, password: tenant.password };
  const { accessToken, refreshToken } = (await new RestClient(here.baseUrl).post('/v1/sign-in', signIn)).body;
  const credentials = { tenant, userKey, accessToken, refreshToken };
  for (const server of [here, there]) expect(await accepted(server, credentials)).toEqual(allOf(true));
  return credentials;
}

const allOf = (isAccepted: boolean) => ({
  rootKey: isAccepted,
  userKey: isAccepted,
  accessToken: isAccepted,
  password: isAccepted,
});

async function accepted({ baseUrl }: RunningServer, { tenant, userKey, accessToken }: Credentials) {
  const byKey = (key: Tenant['accessKey']) =>
    awsClients(baseUrl, key)
      .sts.send(new GetCallerIdentityCommand())
      .then(
        () => true,
        (error: Error) => {
          expect(error.name).toBe('InvalidClientTokenId');
          return false;
        },
      );
  const password = { email: tenant.email, password: tenant.password };
  return {
    rootKey: await byKey(tenant.accessKey),
    userKey: await byKey(userKey),
    accessToken: (await new RestClient(baseUrl, accessToken).get('/v1/caller-identity')).status === 200,
    password: (await new RestClient(baseUrl).post('/v1/sign-in', password)).status === 200,
  };
}

/** The other replica is notified within milliseconds; the test waits with one key, then tries everything. */
async function untilRefused(server: RunningServer, credentials: Credentials): Promise<void> {
  while ((await accepted(server, credentials)).accessToken) continue;
}

it.each(['suspension', 'closure'])('a %s is in force on the replica that took it before it answers', async (change) => {
  const credentials = await warmCredentials();
  const path = `/v1/accounts/${credentials.tenant.accountId}`;
  expect((await operator.put(`${path}/${change}`, { reason: 'a test' })).status).toBe(200);
  expect(await accepted(here, credentials)).toEqual(allOf(false));
  await untilRefused(there, credentials);
  expect(await accepted(there, credentials)).toEqual(allOf(false));
  for (const { baseUrl } of [here, there]) {
    const { refreshToken } = credentials;
    expect((await new RestClient(baseUrl).post('/v1/sign-in/refresh', { refreshToken })).status).toBe(401);
  }

  expect((await operator.put(`${path}/reactivation`)).status).toBe(200);
  // The sessions ended with the suspension; all other credentials are valid again.
  expect(await accepted(here, credentials)).toEqual({ ...allOf(true), accessToken: false });
});

it('no change that had begun commits after the suspension', async () => {
  const { tenant } = await warmCredentials();
  const writing = Array.from({ length: 40 }, (_, index) =>
    tenant.rest.post('/v1/users', { userName: `late-${index}` }),
  );
  await operator.put(`/v1/accounts/${tenant.accountId}/suspension`);
  const count = `SELECT count(*)::int FROM identities WHERE account_id = $1 AND name LIKE 'late-%'`;
  const before = await replicas.database.query<{ count: number }>(count, [tenant.accountId]);
  const answers = await Promise.all(writing);
  const after = await replicas.database.query<{ count: number }>(count, [tenant.accountId]);
  expect(after).toEqual(before);
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(before[0]!.count);
  expect(new Set(answers.map(({ status }) => status))).not.toContain(500);
});
