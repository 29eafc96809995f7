import {
  CreateLoginProfileCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteLoginProfileCommand,
  DisableOrganizationsRootCredentialsManagementCommand,
  EnableOrganizationsRootCredentialsManagementCommand,
  GetLoginProfileCommand,
  GetUserCommand,
  type IAMClient,
  ListAccessKeysCommand,
} from '@aws-sdk/client-iam';
import {
  AssumeRootCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  type STSClient,
} from '@aws-sdk/client-sts';
import { mailFiles, mailWith, tokenIn } from '../support/mails.js';
import { RestClient } from '../support/rest-client.js';
import { type RunningServer, startServer } from '../support/server.js';
import { allow, awsClients, managementTenant, newTenant, type Tenant } from '../support/tenant.js';

const task = (name: string) => `arn:aws:iam::aws:policy/root-task/${name}`;
const AUDIT = task('IAMAuditRootUserCredentials');
const DELETE = task('IAMDeleteRootUserCredentials');
const CREATE = task('IAMCreateRootUserPassword');

let server: RunningServer;
let operator: Tenant;
let member: Tenant;
let stranger: RestClient;

beforeAll(async () => {
  server = await startServer();
  operator = await managementTenant(server.baseUrl);
  await operator.iam.send(new EnableOrganizationsRootCredentialsManagementCommand());
  stranger = new RestClient(server.baseUrl);
});
afterAll(() => server?.stop());

beforeEach(async () => {
  member = await newTenant(server.baseUrl);
});

function assumeRoot(arn: string, more: object = {}, sts: STSClient = operator.sts) {
  const input = { TargetPrincipal: member.accountId, TaskPolicyArn: { arn }, ...more };
  return sts.send(new AssumeRootCommand(input));
}

async function rootSession(arn: string): Promise<{ iam: IAMClient; sts: STSClient }> {
  const { Credentials: given } = await assumeRoot(arn);
  return awsClients(server.baseUrl, {
    accessKeyId: given!.AccessKeyId!,
    secretAccessKey: given!.SecretAccessKey!,
    sessionToken: given!.SessionToken!,
  });
}

const signIn = (password = member.password) => stranger.post('/v1/sign-in', { email: member.email, password });

const mails = () => mailFiles(server, member.email).filter(({ subject }) => subject.startsWith('A new password'));

describe('a root session for a task', () => {
  it('is the root user, for what the policy of the task allows and nothing else', async () => {
    const { Credentials } = await assumeRoot(AUDIT, { DurationSeconds: 600 });
    expect(Credentials!.Expiration!.getTime() - Date.now()).toBeLessThanOrEqual(600_000);
    const { iam, sts } = await rootSession(AUDIT);
    const root = `arn:aws:iam::${member.accountId}:root`;
    expect(await sts.send(new GetCallerIdentityCommand())).toMatchObject({ Arn: root, Account: member.accountId });
    expect((await iam.send(new GetUserCommand())).User!.Arn).toBe(root);
    expect((await iam.send(new ListAccessKeysCommand())).AccessKeyMetadata).toHaveLength(1);
    expect((await iam.send(new GetLoginProfileCommand({}))).LoginProfile!.CreateDate).toBeInstanceOf(Date);
    const denied = { name: expect.stringMatching(/^AccessDenied/) };
    await expect(iam.send(new CreateUserCommand({ UserName: 'mine' }))).rejects.toMatchObject(denied);
    await expect(iam.send(new DeleteLoginProfileCommand({}))).rejects.toMatchObject(denied);
    await expect(sts.send(new GetSessionTokenCommand())).rejects.toMatchObject(denied);
  });

  it('takes the credentials of the root user away, and lets it set a password again', async () => {
    const session = await rootSession(DELETE);
    const { AccessKeyMetadata } = await session.iam.send(new ListAccessKeysCommand());
    await session.iam.send(new DeleteAccessKeyCommand({ AccessKeyId: AccessKeyMetadata![0]!.AccessKeyId }));
    await session.iam.send(new DeleteLoginProfileCommand({}));
    expect((await signIn()).status).toBe(401);
    expect((await member.rest.get('/v1/session')).status).toBe(401);
    await expect(member.sts.send(new GetCallerIdentityCommand())).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
    // Without a login profile there is nothing to recover, and the response does not reveal it.
    expect((await stranger.post('/v1/password-recovery', { email: member.email })).status).toBe(204);
    await expect(session.iam.send(new DeleteLoginProfileCommand({}))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });

    const { iam } = await rootSession(CREATE);
    const withPassword = new CreateLoginProfileCommand({ Password: 'Chosen-by-another-1' });
    await expect(iam.send(withPassword)).rejects.toMatchObject({ name: 'ValidationError' });
    await iam.send(new CreateLoginProfileCommand({}));
    await expect(iam.send(new CreateLoginProfileCommand({}))).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
    });
    expect((await signIn()).status).toBe(401);
    await stranger.post('/v1/password-recovery', { email: member.email });
    const token = tokenIn(await mailWith(mails, /./));
    expect(mails()).toHaveLength(1);
    const newPassword = 'Chosen-by-root-1234';
    expect((await stranger.post('/v1/password-recovery/finish', { token, newPassword })).status).toBe(204);
    expect((await signIn(newPassword)).body.status).toBe('signedIn');
  });

  it('is in the audit logs of both accounts', async () => {
    await assumeRoot(AUDIT);
    for (const { rest } of [operator, member]) {
      const { events } = (await rest.get('/v1/audit-events?operation=sts:AssumeRoot&maxItems=1')).body;
      expect(events).toMatchObject([
        { outcome: 'allowed', resourceArn: `arn:aws:iam::${member.accountId}:root`, callerArn: expect.any(String) },
      ]);
    }
  });
});

/**
 * Threats: a caller other than the operator becomes a root user, or the operator gets more permissions than the task
 * needs.
 */
describe('no root session is given', () => {
  it('to a member, nor to a principal of the operator without the permission for that very task', async () => {
    const denied = { name: 'AccessDenied' };
    const other = await newTenant(server.baseUrl);
    await expect(assumeRoot(AUDIT, {}, other.sts)).rejects.toMatchObject(denied);
    await expect(assumeRoot(AUDIT, {}, member.sts)).rejects.toMatchObject(denied);
    const auditor = await operator.addUser('auditor', {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Action: 'sts:AssumeRoot',
        Resource: '*',
        Condition: { StringEquals: { 'sts:TaskPolicyArn': AUDIT } },
      },
    });
    await expect(assumeRoot(DELETE, {}, auditor.sts)).rejects.toMatchObject(denied);
    await expect(assumeRoot(AUDIT, {}, auditor.sts)).resolves.toMatchObject({ Credentials: expect.anything() });
    const nobody = await operator.addUser('nobody', allow('iam:*'));
    await expect(assumeRoot(AUDIT, {}, nobody.sts)).rejects.toMatchObject(denied);
  });

  it.each([
    [
      'for a policy that is no task',
      'ValidationError',
      () => ({ TaskPolicyArn: { arn: 'arn:aws:iam::aws:policy/AdministratorAccess' } }),
    ],
    ['for a task that there is not', 'ValidationError', () => ({ TaskPolicyArn: { arn: task('Everything') } })],
    [
      'for a policy of the member',
      'ValidationError',
      () => ({ TaskPolicyArn: { arn: `arn:aws:iam::${member.accountId}:policy/root-task/Everything` } }),
    ],
    ['for longer than fifteen minutes', 'ValidationError', () => ({ DurationSeconds: 901 })],
    ['of a user', 'ValidationError', () => ({ TargetPrincipal: `arn:aws:iam::${member.accountId}:user/ana` })],
    ['of the management account', 'AccessDenied', () => ({ TargetPrincipal: operator.accountId })],
    ['of an account that there is not', 'NoSuchEntity', () => ({ TargetPrincipal: 'arn:aws:iam::000000000000:root' })],
  ])('%s', async (_, name, input) => {
    await expect(assumeRoot(AUDIT, input())).rejects.toMatchObject({ name });
  });

  it('of a suspended account; and one that was given ends with the suspension', async () => {
    const { sts } = await rootSession(AUDIT);
    await operator.rest.put(`/v1/accounts/${member.accountId}/suspension`, {});
    await expect(assumeRoot(AUDIT)).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(sts.send(new GetCallerIdentityCommand())).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  });

  it('while the feature is not enabled', async () => {
    await operator.iam.send(new DisableOrganizationsRootCredentialsManagementCommand());
    await expect(assumeRoot(AUDIT)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'RootCredentialsManagement is not enabled for the organization.',
    });
    await operator.iam.send(new EnableOrganizationsRootCredentialsManagementCommand());
  });

  it('to the root user itself: without a user name it needs a session for that task', async () => {
    const invalid = { name: 'ValidationError' };
    await expect(member.iam.send(new GetLoginProfileCommand({}))).rejects.toMatchObject(invalid);
    await expect(member.iam.send(new DeleteLoginProfileCommand({}))).rejects.toMatchObject(invalid);
  });
});
