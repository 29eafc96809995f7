import { GetRoleCommand, GetUserCommand, ListUsersCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts';
import { addRole, assume, trusting } from '../support/sessions.js';
import { sharedServer } from '../support/shared-server.js';
import { allow, newTenant, type Tenant, type TestUser } from '../support/tenant.js';

const { baseUrl } = sharedServer();
let ours: Tenant;
let theirs: Tenant;
let ana: TestUser;
let bo: TestUser;
/** A user of the other account, whose policies let her assume anything. */
let zoe: TestUser;

beforeAll(async () => {
  ours = await newTenant(baseUrl);
  theirs = await newTenant(baseUrl);
  ana = await ours.addUser('ana', allow('sts:*'));
  bo = await ours.addUser('bo');
  zoe = await theirs.addUser('zoe', allow('sts:*'));
});

const root = (tenant: Tenant) => `arn:aws:iam::${tenant.accountId}:root`;
const equals = (key: string, value: string) => ({ StringEquals: { [key]: value } });

/** [caller, principal of the trust policy, its condition, rest of the request, allowed or the reason why not] */
type Row = [string, () => TestUser, () => object, object | undefined, object, true | string];

const table: Row[] = [
  ['a user with permission, its account trusted', () => ana, () => ({ AWS: root(ours) }), undefined, {}, true],
  [
    'a user without permission, its account trusted',
    () => bo,
    () => ({ AWS: root(ours) }),
    undefined,
    {},
    'identity-based',
  ],
  ['a user without permission, named in person', () => bo, () => ({ AWS: bo.arn }), undefined, {}, true],
  ['a user with permission, not trusted', () => ana, () => ({ AWS: bo.arn }), undefined, {}, 'role trust policy'],
  ['a user of another account, trusted', () => zoe, () => ({ AWS: root(theirs) }), undefined, {}, true],
  ['a user of another account, named in person', () => zoe, () => ({ AWS: zoe.arn }), undefined, {}, true],
  [
    'a user of another account, not trusted',
    () => zoe,
    () => ({ AWS: root(ours) }),
    undefined,
    {},
    'role trust policy',
  ],
  [
    'with the external id',
    () => zoe,
    () => ({ AWS: zoe.arn }),
    equals('sts:ExternalId', 'x-1'),
    { ExternalId: 'x-1' },
    true,
  ],
  [
    'with another external id',
    () => zoe,
    () => ({ AWS: zoe.arn }),
    equals('sts:ExternalId', 'x-1'),
    { ExternalId: 'x-2' },
    'trust',
  ],
  ['without the external id', () => zoe, () => ({ AWS: zoe.arn }), equals('sts:ExternalId', 'x-1'), {}, 'trust'],
  [
    'under its own name',
    () => ana,
    () => ({ AWS: root(ours) }),
    equals('sts:RoleSessionName', '${aws:username}'),
    { RoleSessionName: 'ana' },
    true,
  ],
  [
    'under another name',
    () => ana,
    () => ({ AWS: root(ours) }),
    equals('sts:RoleSessionName', '${aws:username}'),
    { RoleSessionName: 'bo' },
    'trust',
  ],
  [
    'with the source identity',
    () => ana,
    () => ({ AWS: root(ours) }),
    equals('sts:SourceIdentity', 'ana'),
    { SourceIdentity: 'ana' },
    true,
  ],
  [
    'with a tag asked for',
    () => ana,
    () => ({ AWS: root(ours) }),
    equals('aws:RequestTag/team', 'blue'),
    { Tags: [{ Key: 'team', Value: 'blue' }] },
    true,
  ],
  [
    'with another tag',
    () => ana,
    () => ({ AWS: root(ours) }),
    equals('aws:RequestTag/team', 'blue'),
    { Tags: [{ Key: 'team', Value: 'red' }] },
    'trust',
  ],
  [
    'without MFA where MFA is asked for',
    () => ana,
    () => ({ AWS: root(ours) }),
    { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
    {},
    'trust',
  ],
];

it.each(table)('%s', async (_, who, principal, condition, request, expected) => {
  const roleArn = await addRole(
    ours,
    trusting({ Principal: principal(), ...(condition ? { Condition: condition } : {}) }),
  );
  const answer = assume(baseUrl, who(), roleArn, request);
  if (expected === true) await expect(answer).resolves.toBeDefined();
  else await expect(answer).rejects.toMatchObject({ name: 'AccessDenied', message: expect.stringContaining(expected) });
});

it('tags and source identities need permissions of their own in the trust policy', async () => {
  const roleArn = await addRole(ours, trusting({ Principal: { AWS: root(ours) }, Action: 'sts:AssumeRole' }));
  await expect(assume(baseUrl, ana, roleArn, { Tags: [{ Key: 'a', Value: 'b' }] })).rejects.toThrow('sts:TagSession');
  await expect(assume(baseUrl, ana, roleArn, { SourceIdentity: 'ana' })).rejects.toThrow('sts:SetSourceIdentity');
});

/** Threat: a stranger searches for names of roles in an account that does not trust it. */
it('a role that is missing is refused in the same words as one that does not trust', async () => {
  const there = await addRole(ours, trusting({ Principal: { AWS: root(ours) } }));
  const missing = there.replace(/role-\d+$/, 'none');
  const messageOf = async (roleArn: string) => {
    const error = await assume(baseUrl, zoe, roleArn).catch((thrown: Error) => thrown);
    return (error as Error).message.replace(roleArn, 'ROLE');
  };
  expect(await messageOf(missing)).toBe(await messageOf(there));
});

it('the root user assumes no role', async () => {
  const roleArn = await addRole(ours, trusting({ Principal: { AWS: root(ours) } }));
  await expect(assume(baseUrl, ours, roleArn)).rejects.toMatchObject({ name: 'AccessDenied' });
});

/** Threat: a new user with the name of a deleted trusted user is trusted. */
it('a user made anew under a trusted name is not trusted', async () => {
  const first = await ours.addUser('eve');
  const roleArn = await addRole(ours, trusting({ Principal: { AWS: first.arn } }));
  await assume(baseUrl, first, roleArn);
  await ours.rest.delete(`/v1/access-keys/${first.accessKey.accessKeyId}?userName=eve`);
  expect((await ours.rest.delete('/v1/users/eve')).status).toBe(204);
  const second = await ours.addUser('eve', allow('sts:*'));
  await expect(assume(baseUrl, second, roleArn)).rejects.toThrow('role trust policy');
});

describe('a session', () => {
  it('is the role, by name, with its permissions', async () => {
    const roleArn = await addRole(ours, trusting({ Principal: { AWS: root(ours) } }), 'iam:ListUsers');
    const { sts, iam, answer } = await assume(baseUrl, ana, roleArn);
    const identity = await sts.send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({
      Account: ours.accountId,
      Arn: answer.AssumedRoleUser!.Arn,
      UserId: answer.AssumedRoleUser!.AssumedRoleId,
    });
    await expect(iam.send(new ListUsersCommand({}))).resolves.toBeDefined();
    await expect(iam.send(new GetUserCommand({ UserName: 'ana' }))).rejects.toThrow(
      `User: ${answer.AssumedRoleUser!.Arn} is not authorized to perform: iam:GetUser`,
    );
  });

  it('is limited by its session policies, inline and managed', async () => {
    const roleArn = await addRole(ours, trusting({ Principal: { AWS: root(ours) } }), 'iam:*');
    const { iam } = await assume(baseUrl, ana, roleArn, {
      Policy: JSON.stringify(allow('iam:ListUsers')),
      PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/IAMUserChangePassword' }],
    });
    await expect(iam.send(new ListUsersCommand({}))).resolves.toBeDefined();
    await expect(iam.send(new GetUserCommand({ UserName: 'ana' }))).rejects.toThrow('because no session policy allows');
    const wider = await assume(baseUrl, ana, roleArn, {
      PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess' }],
    });
    await expect(wider.iam.send(new GetUserCommand({ UserName: 'ana' }))).resolves.toBeDefined();
  });

  it('takes no session policy whose ARNs lack fields', async () => {
    const roleArn = await addRole(ours, trusting({ Principal: { AWS: root(ours) } }), 'iam:*');
    const Policy = JSON.stringify({ Statement: { Effect: 'Allow', Action: '*', Resource: 'arn:aws:orders' } });
    const asked = { RoleArn: roleArn, RoleSessionName: 'session', Policy };
    await expect(ana.sts.send(new AssumeRoleCommand(asked))).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
      message: 'Resource arn:aws:orders must be in ARN format or "*".',
    });
  });

  it('a session policy allows nothing that the role is not allowed', async () => {
    const roleArn = await addRole(ours, trusting({ Principal: { AWS: root(ours) } }));
    const { iam } = await assume(baseUrl, ana, roleArn, { Policy: JSON.stringify(allow('*')) });
    await expect(iam.send(new ListUsersCommand({}))).rejects.toThrow('no identity-based policy allows');
  });

  it('has its condition keys: tags of role and session, source identity, user id, ARN of the role', async () => {
    const roleArn = await addRole(ours, trusting({ Principal: { AWS: root(ours) } }));
    const roleName = roleArn.split('/').at(-1)!;
    await ours.rest.post(`/v1/roles/${roleName}/tags`, {
      tags: [
        { key: 'Team', value: 'red' },
        { key: 'cost', value: '1' },
      ],
    });
    const roleId = (await ours.rest.get(`/v1/roles/${roleName}`)).body.role.roleId as string;
    const policyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Action: 'iam:ListUsers',
        Resource: '*',
        Condition: {
          StringEquals: {
            'aws:PrincipalTag/team': 'blue',
            'aws:PrincipalTag/cost': '1',
            'aws:SourceIdentity': 'ana',
            'aws:userid': `${roleId}:session`,
            'aws:PrincipalType': 'AssumedRole',
          },
          ArnEquals: { 'aws:PrincipalArn': roleArn },
          Bool: { 'aws:MultiFactorAuthPresent': 'false' },
          DateGreaterThan: { 'aws:TokenIssueTime': '2020-01-01T00:00:00Z' },
          Null: { 'aws:username': 'true' },
        },
      },
    });
    await ours.rest.put(`/v1/roles/${roleName}/policies/test`, { policyDocument });
    const more = { Tags: [{ Key: 'team', Value: 'blue' }], SourceIdentity: 'ana' };
    const { iam } = await assume(baseUrl, ana, roleArn, more);
    await expect(iam.send(new ListUsersCommand({}))).resolves.toBeDefined();
    const other = await assume(baseUrl, ana, roleArn, { ...more, Tags: [] });
    await expect(other.iam.send(new ListUsersCommand({}))).rejects.toThrow('iam:ListUsers');
  });

  it('ends with its role', async () => {
    const roleArn = await addRole(ours, trusting({ Principal: { AWS: root(ours) } }));
    const { sts } = await assume(baseUrl, ana, roleArn);
    await sts.send(new GetCallerIdentityCommand({}));
    expect((await ours.rest.delete(`/v1/roles/${roleArn.split('/').at(-1)!}`)).status).toBe(204);
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  });

  it("is revoked by AWS's published policy on the time of issue", async () => {
    const roleArn = await addRole(ours, trusting({ Principal: { AWS: root(ours) } }), 'iam:ListUsers');
    const { iam } = await assume(baseUrl, ana, roleArn);
    await iam.send(new ListUsersCommand({}));
    const policyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: { DateLessThan: { 'aws:TokenIssueTime': new Date(Date.now() + 2000).toISOString() } },
      },
    });
    await ours.rest.put(`/v1/roles/${roleArn.split('/').at(-1)!}/policies/AWSRevokeOlderSessions`, { policyDocument });
    await expect(iam.send(new ListUsersCommand({}))).rejects.toThrow('with an explicit deny');
  });

  it("shows in the role's last use", async () => {
    const roleArn = await addRole(ours, trusting({ Principal: { AWS: root(ours) } }));
    const { sts } = await assume(baseUrl, ana, roleArn);
    await sts.send(new GetCallerIdentityCommand({}));
    const read = async () => (await ours.iam.send(new GetRoleCommand({ RoleName: roleArn.split('/').at(-1)! }))).Role!;
    let role = await read();
    for (let tries = 0; tries < 40 && !role.RoleLastUsed?.Region; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      role = await read();
    }
    expect(role.RoleLastUsed).toMatchObject({ Region: 'us-east-1', LastUsedDate: expect.any(Date) });
  });

  it('cannot get the credentials of users', async () => {
    const roleArn = await addRole(ours, trusting({ Principal: { AWS: root(ours) } }), 'sts:*');
    const { sts } = await assume(baseUrl, ana, roleArn);
    await expect(sts.send(new GetSessionTokenCommand({}))).rejects.toThrow('credentials of a role session');
  });
});

describe('role chaining', () => {
  it('lasts an hour at most', async () => {
    const first = await addRole(ours, trusting({ Principal: { AWS: root(ours) } }), 'sts:AssumeRole');
    const second = await addRole(ours, trusting({ Principal: { AWS: root(ours) } }));
    await assume(baseUrl, ana, second, { DurationSeconds: 43_200 });
    const session = await assume(baseUrl, ana, first);
    await expect(assume(baseUrl, session, second, { DurationSeconds: 3601 })).rejects.toThrow('role chaining');
    await expect(assume(baseUrl, session, second, { DurationSeconds: 3600 })).resolves.toBeDefined();
  });

  it('passes on the source identity and transitive tags, which cannot be changed', async () => {
    const first = await addRole(ours, trusting({ Principal: { AWS: root(ours) } }), 'sts:*');
    const second = await addRole(
      ours,
      trusting({
        Principal: { AWS: first },
        Condition: { StringEquals: { 'aws:PrincipalTag/team': 'blue', 'aws:SourceIdentity': 'ana' } },
      }),
    );
    const tags = [
      { Key: 'team', Value: 'blue' },
      { Key: 'cost', Value: '1' },
    ];
    const session = await assume(baseUrl, ana, first, {
      Tags: tags,
      TransitiveTagKeys: ['team'],
      SourceIdentity: 'ana',
    });
    const { answer } = await assume(baseUrl, session, second);
    expect(answer.SourceIdentity).toBe('ana');
    await expect(assume(baseUrl, session, second, { SourceIdentity: 'bo' })).rejects.toThrow('source identity');
    await expect(assume(baseUrl, session, second, { Tags: [{ Key: 'Team', Value: 'red' }] })).rejects.toThrow(
      'transitive',
    );
  });
});

it('is told in the audit logs of both accounts', async () => {
  const roleArn = await addRole(ours, trusting({ Principal: { AWS: zoe.arn } }));
  await zoe.sts.send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'told' }));
  for (const tenant of [ours, theirs]) {
    const { body } = await tenant.rest.get('/v1/audit-events?operation=sts:AssumeRole');
    expect(JSON.stringify(body)).toContain(roleArn);
  }
});
