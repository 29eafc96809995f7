import { setTimeout as pause } from 'node:timers/promises';
import { GetUserCommand, ListUsersCommand } from '@aws-sdk/client-iam';
import { type Replicas, startReplicas } from '../support/replicas.js';
import type { RunningServer } from '../support/server.js';
import { allow, awsClients, managementTenant, newTenant, type Tenant, type TestUser } from '../support/tenant.js';

let replicas: Replicas;
let there: RunningServer;
let operator: Tenant;
let tenant: Tenant;
let user: TestUser;
/** The same user, on the other server. */
let elsewhere: TestUser['iam'];

beforeAll(async () => {
  replicas = await startReplicas();
  const here = await replicas.start();
  there = await replicas.start();
  operator = await managementTenant(here.baseUrl);
  tenant = await newTenant(here.baseUrl);
  user = await tenant.addUser('user');
  elsewhere = awsClients(there.baseUrl, user.accessKey).iam;
});

afterAll(() => replicas?.stop());

const put = async (policyName: string, ...actions: string[]): Promise<string> => {
  const policyDocument = JSON.stringify(allow(...actions));
  const { status, body } = await operator.rest.put(`/v1/platform-policies/${policyName}`, { policyDocument });
  expect(status).toBe(200);
  return body.policy.arn as string;
};

const denied = { name: 'AccessDenied' };

/** The notification is in transit; fails through the test's own timeout. */
async function untilDenied(call: () => Promise<unknown>): Promise<void> {
  for (;;) {
    const answer = await call().catch((error: unknown) => error);
    if (answer instanceof Error && answer.name === 'AccessDenied') return;
    await pause(5);
  }
}

/** Threat: a permission that the operator removed is still effective, here or on another server, because of a cache. */
it('a change of a platform-managed policy reaches every account on every server', async () => {
  const policyArn = await put('Directory', 'iam:ListUsers');
  await tenant.rest.put('/v1/users/user/attached-policies', { policyArn });
  await user.iam.send(new ListUsersCommand());
  await elsewhere.send(new ListUsersCommand());

  await put('Directory', 'iam:GetUser');
  await expect(user.iam.send(new ListUsersCommand())).rejects.toMatchObject(denied);
  await untilDenied(() => elsewhere.send(new ListUsersCommand()));
  expect((await elsewhere.send(new GetUserCommand())).User?.UserName).toBe('user');
});

it('as a permissions boundary too', async () => {
  const permissionsBoundary = await put('Fence', 'iam:*');
  const bounded = await tenant.addUser('bounded', allow('iam:*'));
  await tenant.rest.put('/v1/users/bounded/permissions-boundary', { permissionsBoundary });
  const boundedElsewhere = awsClients(there.baseUrl, bounded.accessKey).iam;
  await bounded.iam.send(new ListUsersCommand());
  await boundedElsewhere.send(new ListUsersCommand());

  await put('Fence', 'iam:GetUser');
  await expect(bounded.iam.send(new ListUsersCommand())).rejects.toMatchObject(denied);
  await untilDenied(() => boundedElsewhere.send(new ListUsersCommand()));
});

it('what comes with Gatehouse can be extended, and goes back to what it was', async () => {
  const policyArn = 'arn:aws:iam::aws:policy/IAMUserChangePassword';
  const reader = await tenant.addUser('reader');
  await tenant.rest.put('/v1/users/reader/attached-policies', { policyArn });
  await expect(reader.iam.send(new ListUsersCommand())).rejects.toMatchObject(denied);
  expect(await put('IAMUserChangePassword', 'iam:ListUsers')).toBe(policyArn);
  await reader.iam.send(new ListUsersCommand());
  expect((await operator.rest.delete(`/v1/platform-policies?policyArn=${policyArn}`)).status).toBe(204);
  await expect(reader.iam.send(new ListUsersCommand())).rejects.toMatchObject(denied);
  const { body } = await operator.rest.delete(`/v1/platform-policies?policyArn=${policyArn}`);
  expect(body).toMatchObject({ status: 409, code: 'DeleteConflict' });
});

it('what the operator put over a policy of Gatehouse stays when a server starts', async () => {
  const policyArn = await put('AWSDenyAll', 'orders:GetOrder');
  await replicas.start();
  const { body } = await tenant.rest.get(`/v1/policies/versions?policyArn=${policyArn}`);
  expect(body.versions).toMatchObject([{ versionId: 'v2', isDefaultVersion: true }, { versionId: 'v1' }]);
});
