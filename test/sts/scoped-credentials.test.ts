import { CreateUserCommand, ListGroupsCommand, ListRolesCommand, ListUsersCommand } from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  type Credentials,
  GetCallerIdentityCommand,
  GetScopedCredentialsCommand,
  type GetScopedCredentialsRequest,
  GetSessionTokenCommand,
  type STSClient,
} from '@aws-sdk/client-sts';
import { sharedServer } from '../support/shared-server.js';
import { allow, awsClients, deny, newTenant, type Tenant } from '../support/tenant.js';
import { trust } from '../support/trust.js';

let tenant: Tenant;
let roleArn: string;
let assumer: STSClient;

beforeAll(async () => {
  tenant = await newTenant(sharedServer().baseUrl);
  const { body } = await tenant.rest.post('/v1/roles', {
    roleName: 'reader',
    assumeRolePolicyDocument: trust({ AWS: tenant.accountId }).replace('sts:TagSession', 'sts:SetSourceIdentity'),
  });
  roleArn = body.role.arn as string;
  const policyDocument = JSON.stringify(allow('iam:List*'));
  await tenant.rest.put('/v1/roles/reader/policies/lists', { policyDocument });
  assumer = (await tenant.addUser('assumer', allow('sts:*'))).sts;
});

const clientsOf = (given: Credentials | undefined) =>
  awsClients(tenant.baseUrl, {
    accessKeyId: given!.AccessKeyId!,
    secretAccessKey: given!.SecretAccessKey!,
    sessionToken: given!.SessionToken!,
  });

async function aSession(more: object = {}) {
  const input = { RoleArn: roleArn, RoleSessionName: 'job', DurationSeconds: 900, ...more };
  const { Credentials: given } = await assumer.send(new AssumeRoleCommand(input));
  return { ...clientsOf(given), expiration: given!.Expiration! };
}

async function narrow(sts: STSClient, input: GetScopedCredentialsRequest) {
  const answer = await sts.send(new GetScopedCredentialsCommand(input));
  return { ...clientsOf(answer.Credentials), answer };
}

const policy = (...actions: string[]) => JSON.stringify(allow(...actions));
const denied = { name: 'AccessDenied' };

describe('scoped credentials', () => {
  it('are the same session, which may less', async () => {
    const session = await aSession({ SourceIdentity: 'ana@example' });
    const { iam, sts, answer } = await narrow(session.sts, { Policy: policy('iam:ListUsers', 'iam:CreateUser') });
    const arn = `arn:aws:sts::${tenant.accountId}:assumed-role/reader/job`;
    expect(answer).toMatchObject({
      SessionInfo: { Arn: arn, ScopedSessionId: expect.stringMatching(/^AROA[A-Z2-7]{17}:job$/) },
      ScopedPoliciesCount: 1,
      SourceIdentity: 'ana@example',
      SessionTokenSize: answer.Credentials!.SessionToken!.length,
    });
    expect(answer.Credentials!.Expiration).toEqual(session.expiration);
    expect(await sts.send(new GetCallerIdentityCommand())).toMatchObject({ Arn: arn });
    expect((await iam.send(new ListUsersCommand())).Users).toBeDefined();
    // The role allows it, but not the policy; the policy allows it, but not the role.
    await expect(iam.send(new ListRolesCommand())).rejects.toMatchObject(denied);
    await expect(iam.send(new CreateUserCommand({ UserName: 'x' }))).rejects.toMatchObject(denied);
    expect((await session.iam.send(new ListRolesCommand())).Roles).toBeDefined();
  });

  it('can be narrowed again, three times, and every policy counts', async () => {
    const first = await narrow((await aSession()).sts, { Policy: policy('iam:ListUsers', 'iam:ListGroups') });
    const second = await narrow(first.sts, { Policy: policy('iam:*') });
    await expect(second.iam.send(new ListRolesCommand())).rejects.toMatchObject(denied);
    const third = await narrow(second.sts, { Policy: JSON.stringify(deny('iam:ListGroups')) });
    expect(third.answer.ScopedPoliciesCount).toBe(3);
    await expect(third.iam.send(new ListGroupsCommand())).rejects.toMatchObject({
      message: expect.stringContaining('with an explicit deny in a session policy'),
    });
    await expect(third.iam.send(new ListUsersCommand())).rejects.toMatchObject(denied);
    await expect(narrow(third.sts, { Policy: policy('*') })).rejects.toMatchObject(denied);
    await expect(narrow(third.sts, { DurationSeconds: 60 })).resolves.toMatchObject({ answer: expect.anything() });
  });

  it('end earlier if wanted, never later', async () => {
    const { sts } = await aSession();
    const { answer } = await narrow(sts, { DurationSeconds: 60 });
    expect(answer.Credentials!.Expiration!.getTime() - Date.now()).toBeLessThanOrEqual(60_000);
    await expect(narrow(sts, { DurationSeconds: 901 })).rejects.toMatchObject({
      name: 'InsufficientSessionLifetimeException',
    });
  });

  it('have a token as long as wanted, which works', async () => {
    for (const MinimumSessionTokenSize of [1000, 4095, 4096]) {
      const { sts, answer } = await narrow((await aSession()).sts, { DurationSeconds: 60, MinimumSessionTokenSize });
      expect(answer.SessionTokenSize).toBeGreaterThanOrEqual(MinimumSessionTokenSize);
      expect(answer.SessionTokenSize).toBeLessThanOrEqual(4096);
      expect((await sts.send(new GetCallerIdentityCommand())).Account).toBe(tenant.accountId);
    }
  });

  it('of a user come by way of GetSessionToken', async () => {
    const user = await tenant.addUser('direct', allow('orders:*'));
    const none = { name: 'InvalidSubjectCredentialsException' };
    await expect(narrow(user.sts, { DurationSeconds: 60 })).rejects.toMatchObject(none);
    await expect(narrow(tenant.sts, { DurationSeconds: 60 })).rejects.toMatchObject(none);
    const { Credentials: given } = await user.sts.send(new GetSessionTokenCommand());
    const { answer } = await narrow(clientsOf(given).sts, { Policy: policy('orders:Get') });
    expect(answer.SessionInfo!.Arn).toBe(user.arn);
  });

  it.each<[string, GetScopedCredentialsRequest, string]>([
    ['neither a policy nor a duration', {}, 'ValidationError'],
    ['a malformed policy', { Policy: '{}' }, 'MalformedPolicyDocumentException'],
    ['a duration of nothing', { DurationSeconds: 0 }, 'ValidationError'],
    ['a token of more than 4 kB', { DurationSeconds: 60, MinimumSessionTokenSize: 4097 }, 'ValidationError'],
  ])('are not given for %s', async (_, input, name) => {
    await expect(narrow((await aSession()).sts, input)).rejects.toMatchObject({ name });
  });
});
