import {
  DeleteUserPolicyCommand,
  GetUserCommand,
  PutUserPermissionsBoundaryCommand,
  TagUserCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam';
import { setTimeout as pause } from 'node:timers/promises';
import { sharedServer } from '../support/shared-server.js';
import { allow, newTenant, type Tenant, type TestUser } from '../support/tenant.js';

let tenant: Tenant;
let ana: TestUser;

beforeEach(async () => {
  tenant = await newTenant(sharedServer().baseUrl);
  ana = await tenant.addUser('ana', allow('iam:GetUser'));
  // Twice: the second answer comes from the cache.
  await ana.iam.send(new GetUserCommand({}));
  await ana.iam.send(new GetUserCommand({ UserName: 'ana' }));
  await ana.iam.send(new GetUserCommand({ UserName: 'ana' }));
});

const anaSees = async (input: { UserName?: string } = {}) => (await ana.iam.send(new GetUserCommand(input))).User!;

it('show every change at once', async () => {
  await tenant.iam.send(new TagUserCommand({ UserName: 'ana', Tags: [{ Key: 'team', Value: 'red' }] }));
  expect((await anaSees()).Tags).toEqual([{ Key: 'team', Value: 'red' }]);

  const boundary = 'arn:aws:iam::aws:policy/IAMReadOnlyAccess';
  await tenant.iam.send(new PutUserPermissionsBoundaryCommand({ UserName: 'ana', PermissionsBoundary: boundary }));
  expect((await anaSees({ UserName: 'ana' })).PermissionsBoundary?.PermissionsBoundaryArn).toBe(boundary);

  await tenant.iam.send(new UpdateUserCommand({ UserName: 'ana', NewUserName: 'anna', NewPath: '/staff/' }));
  expect(await anaSees()).toMatchObject({ UserName: 'anna', Path: '/staff/' });
  await expect(anaSees({ UserName: 'ana' })).rejects.toMatchObject({ name: 'NoSuchEntityException' });
});

/** Threat: a cached output is returned to a caller whose permission was revoked. */
it('are decided on anew each time', async () => {
  await tenant.iam.send(new DeleteUserPolicyCommand({ UserName: 'ana', PolicyName: 'test' }));
  await expect(anaSees()).rejects.toMatchObject({ name: 'AccessDenied' });
});

/** Threat: an output that was computed for one caller is returned to another. */
it('are nobody else’s', async () => {
  const bob = await tenant.addUser('bob');
  await expect(bob.iam.send(new GetUserCommand({ UserName: 'ana' }))).rejects.toMatchObject({ name: 'AccessDenied' });
  await tenant.rest.put('/v1/users/bob/policies/test', { policyDocument: JSON.stringify(allow('iam:GetUser')) });
  expect((await bob.iam.send(new GetUserCommand({}))).User?.UserName).toBe('bob');

  const other = await newTenant(sharedServer().baseUrl);
  await expect(other.iam.send(new GetUserCommand({ UserName: 'ana' }))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
  });
});

it('show facts of last use when these have had the time to become known', async () => {
  expect((await anaSees()).PasswordLastUsed).toBeUndefined();
  const password = 'Orange-Juice-1234';
  await tenant.rest.post('/v1/users/ana/login-profile', { password });
  const { body } = await tenant.rest.post('/v1/sign-in', { account: tenant.accountId, userName: 'ana', password });
  expect(body.status).toBe('signedIn');
  let seen = await anaSees();
  for (let count = 0; count < 100 && seen.PasswordLastUsed === undefined; count += 1) {
    await pause(100);
    seen = await anaSees();
  }
  expect(seen.PasswordLastUsed).toBeInstanceOf(Date);
});
