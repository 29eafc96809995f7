import {
  CreateUserCommand,
  DeleteUserCommand,
  GetUserCommand,
  ListUsersCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { sharedServer } from '../support/shared-server.js';
import { allow, deny, newTenant, type Tenant } from '../support/tenant.js';

let tenant: Tenant;
let neighbour: Tenant;

beforeAll(async () => {
  const { baseUrl } = sharedServer();
  [tenant, neighbour] = await Promise.all([newTenant(baseUrl), newTenant(baseUrl)]);
});

/** Puts the user into a new group with this policy attached as a managed policy. */
async function grantThroughGroup(userName: string, groupName: string, policy: object): Promise<string> {
  const { rest } = tenant;
  await rest.post('/v1/groups', { groupName });
  const created = await rest.post('/v1/policies', { policyName: groupName, policyDocument: JSON.stringify(policy) });
  const { arn } = created.body.policy as { arn: string };
  expect((await rest.put(`/v1/groups/${groupName}/attached-policies`, { policyArn: arn })).status).toBe(204);
  expect((await rest.put(`/v1/groups/${groupName}/users/${userName}`)).status).toBe(204);
  return arn;
}

describe('what policies say is what happens', () => {
  it('denies everything to a user with nothing attached, in the words of AWS', async () => {
    const { iam, arn } = await tenant.addUser('nothing');
    await expect(iam.send(new ListUsersCommand())).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `User: ${arn} is not authorized to perform: iam:ListUsers on resource: arn:aws:iam::${tenant.accountId}:user/ because no identity-based policy allows the iam:ListUsers action`,
      $metadata: { httpStatusCode: 403 },
    });
  });

  it('allows what a group of the user allows, from the very next request', async () => {
    const { iam, userName } = await tenant.addUser('reader');
    await expect(iam.send(new GetUserCommand())).rejects.toMatchObject({ name: 'AccessDenied' });
    await grantThroughGroup(userName, 'readers', allow('iam:Get*', 'iam:List*'));
    expect((await iam.send(new GetUserCommand())).User?.UserName).toBe(userName);
    expect((await iam.send(new ListUsersCommand())).Users?.length).toBeGreaterThan(0);
    await expect(iam.send(new CreateUserCommand({ UserName: 'other' }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });

  it('lets an explicit Deny win over every Allow', async () => {
    const { iam, userName } = await tenant.addUser('mixed', deny('iam:CreateUser'));
    await grantThroughGroup(userName, 'administrators', allow('*'));
    expect((await iam.send(new ListUsersCommand())).Users?.length).toBeGreaterThan(0);
    await expect(iam.send(new CreateUserCommand({ UserName: 'other' }))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringMatching(/with an explicit deny in an identity-based policy$/),
    });
  });

  it('takes a permission away with the policy version that gave it', async () => {
    const { iam, userName } = await tenant.addUser('revoked');
    const policyArn = await grantThroughGroup(userName, 'revocable', allow('iam:ListUsers'));
    await iam.send(new ListUsersCommand());
    const policyDocument = JSON.stringify(allow('iam:GetUser'));
    await tenant.rest.post('/v1/policies/versions', { policyArn, policyDocument, setAsDefault: true });
    await expect(iam.send(new ListUsersCommand())).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('matches resources: a user may be allowed to delete some and not others', async () => {
    const policy = {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'iam:DeleteUser', Resource: `arn:aws:iam::${tenant.accountId}:user/temp/*` },
      ],
    };
    const { iam } = await tenant.addUser('cleaner', policy);
    await tenant.rest.post('/v1/users', { userName: 'temporary', path: '/temp/' });
    await tenant.rest.post('/v1/users', { userName: 'permanent' });
    await iam.send(new DeleteUserCommand({ UserName: 'temporary' }));
    await expect(iam.send(new DeleteUserCommand({ UserName: 'permanent' }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });

  it('tells only those who may act that something is missing', async () => {
    const stranger = await tenant.addUser('curious');
    const reader = await tenant.addUser('informed', allow('iam:GetUser'));
    const missing = new GetUserCommand({ UserName: 'never-existed' });
    await expect(stranger.iam.send(missing)).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(reader.iam.send(missing)).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  });

  it('lets every caller ask who it is, even one whom a policy denies', async () => {
    const { sts, arn } = await tenant.addUser('denied', deny('*'));
    expect(await sts.send(new GetCallerIdentityCommand())).toMatchObject({ Account: tenant.accountId, Arn: arn });
  });
});

describe('the root user', () => {
  it('may do all in its own account', async () => {
    const { User } = await tenant.iam.send(new CreateUserCommand({ UserName: 'made-by-root' }));
    expect(User?.Arn).toBe(`arn:aws:iam::${tenant.accountId}:user/made-by-root`);
  });

  it("sees and changes nothing of another's", async () => {
    await neighbour.rest.post('/v1/users', { userName: 'private' });
    await expect(tenant.iam.send(new GetUserCommand({ UserName: 'private' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
    const created = await neighbour.rest.post('/v1/policies', {
      policyName: 'private',
      policyDocument: JSON.stringify(allow('*')),
    });
    const { arn } = created.body.policy as { arn: string };
    await tenant.rest.post('/v1/users', { userName: 'borrower' });
    const borrowed = await tenant.rest.put('/v1/users/borrower/attached-policies', { policyArn: arn });
    expect(borrowed.body).toMatchObject({ status: 404, code: 'NoSuchEntity' });
    expect((await tenant.rest.get(`/v1/policies/one?policyArn=${arn}`)).body.code).toBe('NoSuchEntity');
  });
});

describe('access keys', () => {
  it('stop working when they are deactivated and work again afterwards', async () => {
    const { iam, accessKey, userName } = await tenant.addUser('paused', allow('iam:GetUser'));
    const setStatus = (Status: 'Active' | 'Inactive') =>
      tenant.iam.send(new UpdateAccessKeyCommand({ UserName: userName, AccessKeyId: accessKey.accessKeyId, Status }));
    await iam.send(new GetUserCommand());
    await setStatus('Inactive');
    await expect(iam.send(new GetUserCommand())).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
    await setStatus('Active');
    await iam.send(new GetUserCommand());
  });

  it('cannot be touched under the name of another user', async () => {
    const victim = await tenant.addUser('victim');
    const policy = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'iam:*AccessKey*', Resource: 'arn:aws:iam::*:user/${aws:username}' }],
    };
    const attacker = await tenant.addUser('attacker', policy);
    const { accessKeyId: AccessKeyId } = victim.accessKey;
    const Status = 'Inactive';
    await expect(
      attacker.iam.send(new UpdateAccessKeyCommand({ UserName: 'attacker', AccessKeyId, Status })),
    ).rejects.toMatchObject({ name: 'NoSuchEntityException' });
    await expect(
      attacker.iam.send(new UpdateAccessKeyCommand({ UserName: 'victim', AccessKeyId, Status })),
    ).rejects.toMatchObject({ name: 'AccessDenied' });
    await attacker.iam.send(
      new UpdateAccessKeyCommand({ UserName: 'attacker', AccessKeyId: attacker.accessKey.accessKeyId, Status }),
    );
  });
});
