import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyVersionCommand,
  CreateUserCommand,
  DeleteUserPermissionsBoundaryCommand,
  DetachUserPolicyCommand,
  ListUsersCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { sharedServer } from '../support/shared-server.js';
import { allow, awsClients, newTenant, type Tenant, type TestUser } from '../support/tenant.js';

/**
 * IAM User Guide, "Permissions boundaries for IAM entities", "Delegating responsibility to others using permissions
 * boundaries": María lets Zhang create users, who can never get more than XCompanyBoundaries allows, nor can Zhang.
 */

let tenant: Tenant;
let zhang: TestUser;
let xCompanyBoundaries: string;
let delegatedUserBoundary: string;

const denied = { name: 'AccessDenied' };

async function createPolicy(policyName: string, ...Statement: object[]): Promise<string> {
  const policyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  const { status, body } = await tenant.rest.post('/v1/policies', { policyName, policyDocument });
  expect(status).toBe(201);
  return body.policy.arn as string;
}

beforeAll(async () => {
  tenant = await newTenant(sharedServer().baseUrl);
  const arn = (resource: string) => `arn:aws:iam::${tenant.accountId}:${resource}`;
  xCompanyBoundaries = await createPolicy(
    'XCompanyBoundaries',
    { Sid: 'ServiceBoundaries', Effect: 'Allow', Action: ['orders:*', 'stock:*'], Resource: '*' },
    {
      Sid: 'AllowIAMConsoleForCredentials',
      Effect: 'Allow',
      Action: ['iam:ListUsers', 'iam:GetAccountPasswordPolicy'],
      Resource: '*',
    },
    {
      Sid: 'AllowManageOwnPasswordAndAccessKeys',
      Effect: 'Allow',
      Action: ['iam:*AccessKey*', 'iam:ChangePassword', 'iam:GetUser', 'iam:*LoginProfile*'],
      Resource: ['arn:aws:iam::*:user/${aws:username}'],
    },
  );
  delegatedUserBoundary = await createPolicy(
    'DelegatedUserBoundary',
    {
      Sid: 'CreateOrChangeOnlyWithBoundary',
      Effect: 'Allow',
      Action: [
        'iam:AttachUserPolicy',
        'iam:CreateUser',
        'iam:DeleteUserPolicy',
        'iam:DetachUserPolicy',
        'iam:PutUserPermissionsBoundary',
        'iam:PutUserPolicy',
      ],
      Resource: '*',
      Condition: { StringEquals: { 'iam:PermissionsBoundary': xCompanyBoundaries } },
    },
    {
      Sid: 'IAMAndOrders',
      Effect: 'Allow',
      Action: [
        'iam:CreateAccessKey',
        'iam:CreateGroup',
        'iam:CreateLoginProfile',
        'iam:CreatePolicy',
        'iam:DeleteUser',
        'iam:Get*',
        'iam:List*',
        'orders:*',
      ],
      NotResource: arn('user/Zhang'),
    },
    {
      Sid: 'NoBoundaryPolicyEdit',
      Effect: 'Deny',
      Action: ['iam:CreatePolicyVersion', 'iam:DeletePolicy', 'iam:DeletePolicyVersion', 'iam:SetDefaultPolicyVersion'],
      Resource: [arn('policy/XCompanyBoundaries'), arn('policy/DelegatedUserBoundary')],
    },
    { Sid: 'NoBoundaryUserDelete', Effect: 'Deny', Action: 'iam:DeleteUserPermissionsBoundary', Resource: '*' },
  );
  zhang = await tenant.addUser('Zhang');
  const boundary = { permissionsBoundary: delegatedUserBoundary };
  expect((await tenant.rest.put('/v1/users/Zhang/permissions-boundary', boundary)).status).toBe(204);
  for (const policyArn of [delegatedUserBoundary, 'arn:aws:iam::aws:policy/AdministratorAccess']) {
    expect((await tenant.rest.put('/v1/users/Zhang/attached-policies', { policyArn })).status).toBe(204);
  }
});

it('Zhang creates users only with the boundary', async () => {
  await expect(zhang.iam.send(new CreateUserCommand({ UserName: 'Free' }))).rejects.toMatchObject(denied);
  const other = { UserName: 'Free', PermissionsBoundary: 'arn:aws:iam::aws:policy/AdministratorAccess' };
  await expect(zhang.iam.send(new CreateUserCommand(other))).rejects.toMatchObject(denied);
  const { User } = await zhang.iam.send(
    new CreateUserCommand({ UserName: 'Nikhil', PermissionsBoundary: xCompanyBoundaries }),
  );
  expect(User?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(xCompanyBoundaries);
});

it('whatever Zhang gives to such a user stays within the boundary', async () => {
  await zhang.iam.send(new CreateUserCommand({ UserName: 'Shirley', PermissionsBoundary: xCompanyBoundaries }));
  const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
  await zhang.iam.send(new AttachUserPolicyCommand({ UserName: 'Shirley', PolicyArn }));
  const { AccessKey } = await zhang.iam.send(new CreateAccessKeyCommand({ UserName: 'Shirley' }));
  const { iam } = awsClients(tenant.baseUrl, {
    accessKeyId: AccessKey!.AccessKeyId!,
    secretAccessKey: AccessKey!.SecretAccessKey!,
  });
  expect((await iam.send(new ListUsersCommand())).Users?.length).toBeGreaterThan(0);
  await expect(iam.send(new CreateUserCommand({ UserName: 'Mine' }))).rejects.toMatchObject({
    name: 'AccessDenied',
    message: expect.stringContaining('because no permissions boundary allows the iam:CreateUser action'),
  });
  await zhang.iam.send(new DetachUserPolicyCommand({ UserName: 'Shirley', PolicyArn }));
});

/** Threat: the boundary is omitted, removed or widened. */
it('Zhang cannot touch users without the boundary, nor get rid of one', async () => {
  await tenant.addUser('Maria');
  const inline = { UserName: 'Maria', PolicyName: 'all', PolicyDocument: JSON.stringify(allow('*')) };
  await expect(zhang.iam.send(new PutUserPolicyCommand(inline))).rejects.toMatchObject(denied);
  await expect(
    zhang.iam.send(
      new AttachUserPolicyCommand({ UserName: 'Maria', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
    ),
  ).rejects.toMatchObject(denied);
  for (const UserName of ['Zhang', 'Nikhil']) {
    await expect(zhang.iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName }))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('explicit deny'),
    });
  }
  const wider = { UserName: 'Nikhil', PermissionsBoundary: 'arn:aws:iam::aws:policy/AdministratorAccess' };
  await expect(zhang.iam.send(new PutUserPermissionsBoundaryCommand(wider))).rejects.toMatchObject(denied);
  for (const PolicyArn of [xCompanyBoundaries, delegatedUserBoundary]) {
    const version = { PolicyArn, PolicyDocument: JSON.stringify(allow('*')), SetAsDefault: true };
    await expect(zhang.iam.send(new CreatePolicyVersionCommand(version))).rejects.toMatchObject(denied);
  }
});

it('and may put the boundary on a user that has another', async () => {
  await tenant.addUser('Late');
  const boundary = { UserName: 'Late', PermissionsBoundary: xCompanyBoundaries };
  await zhang.iam.send(new PutUserPermissionsBoundaryCommand(boundary));
  const inline = { UserName: 'Late', PolicyName: 'all', PolicyDocument: JSON.stringify(allow('*')) };
  await zhang.iam.send(new PutUserPolicyCommand(inline));
});

it('a policy that is a boundary cannot be deleted', async () => {
  const { body } = await tenant.rest.delete(`/v1/policies?policyArn=${xCompanyBoundaries}`);
  expect(body).toMatchObject({ status: 409, code: 'DeleteConflict' });
});
