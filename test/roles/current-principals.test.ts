import {
  DeleteUserCommand,
  GetAccountAuthorizationDetailsCommand,
  GetRoleCommand,
  ListRolesCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { sharedServer } from '../support/shared-server.js';
import { allow, awsClients, newTenant, type Tenant } from '../support/tenant.js';
import { trust } from '../support/trust.js';

/**
 * Threat: a new user or role with the name of a deleted one is trusted in its place, and the owner of the trust policy
 * does not notice.
 */
let mine: Tenant;
let other: Tenant;
let made = 0;

beforeAll(async () => {
  const { baseUrl } = sharedServer();
  [mine, other] = [await newTenant(baseUrl), await newTenant(baseUrl)];
});

const unique = (prefix: string) => `${prefix}-${++made}`;

async function newUser(tenant: Tenant): Promise<{ userName: string; arn: string; userId: string }> {
  return (await tenant.rest.post('/v1/users', { userName: unique('ana') })).body.user as never;
}

async function newRole(tenant: Tenant, principal: unknown): Promise<{ roleName: string; arn: string; roleId: string }> {
  const roleName = unique('role');
  const assumeRolePolicyDocument = trust({ AWS: principal });
  const { status, body } = await tenant.rest.post('/v1/roles', { roleName, assumeRolePolicyDocument });
  expect(status).toBe(201);
  return body.role as never;
}

/** The `AWS` principal in every output with the trust policy of a role of `mine`; all must agree. */
async function shownPrincipal(roleName: string): Promise<unknown> {
  const ofDocument = (document: string | undefined) => principalOf(JSON.parse(decodeURIComponent(document!)));
  const instanceProfileName = unique('profile');
  await mine.rest.post('/v1/instance-profiles', { instanceProfileName });
  await mine.rest.put(`/v1/instance-profiles/${instanceProfileName}/roles/${roleName}`, {});
  const { Role } = await mine.iam.send(new GetRoleCommand({ RoleName: roleName }));
  const { Roles } = await mine.iam.send(new ListRolesCommand({}));
  const details = await mine.iam.send(new GetAccountAuthorizationDetailsCommand({ Filter: ['Role'] }));
  const detail = details.RoleDetailList!.find(({ RoleName }) => RoleName === roleName)!;
  const rest = async (path: string) => (await mine.rest.get(path)).body;
  const profile = (await rest(`/v1/instance-profiles/${instanceProfileName}`)).instanceProfile as Profile;
  const profiles = (await rest('/v1/instance-profiles')).instanceProfiles as Profile[];
  const ofRole = (await rest(`/v1/roles/${roleName}/instance-profiles`)).instanceProfiles as Profile[];
  const listed = (await rest('/v1/roles')).roles as (Trusting & { roleName: string })[];
  const shown = [
    ofDocument(Role!.AssumeRolePolicyDocument),
    ofDocument(Roles!.find(({ RoleName }) => RoleName === roleName)!.AssumeRolePolicyDocument),
    ofDocument(detail.AssumeRolePolicyDocument),
    ofDocument(detail.InstanceProfileList![0]!.Roles![0]!.AssumeRolePolicyDocument),
    principalOf(((await rest(`/v1/roles/${roleName}`)).role as Trusting).assumeRolePolicyDocument),
    principalOf(listed.find((role) => role.roleName === roleName)!.assumeRolePolicyDocument),
    ...[profile, ...profiles.filter(({ roles }) => roles[0]?.roleName === roleName), ...ofRole].map(({ roles }) =>
      principalOf(roles[0]!.assumeRolePolicyDocument),
    ),
  ];
  const [first] = shown;
  expect(shown).toEqual(shown.map(() => first));
  return first;
}

interface Trusting {
  assumeRolePolicyDocument: Document;
}
interface Profile {
  roles: (Trusting & { roleName: string })[];
}
interface Document {
  Statement: { Principal: { AWS: unknown } }[];
}

function principalOf({ Statement }: Document): unknown {
  return Statement[0]!.Principal.AWS;
}

describe.each([
  ['the same account', () => mine],
  ['another account', () => other],
])('trust policies show principals of %s', (_, owner) => {
  it('as written while nothing has happened to them', async () => {
    const user = await newUser(owner());
    const principals = [user.arn, `arn:aws:iam::${owner().accountId}:root`];
    const { roleName } = await newRole(mine, principals);
    expect(await shownPrincipal(roleName)).toEqual(principals);
  });

  it.each([
    ['name', { newUserName: 'anna' }, 'user/anna'],
    ['path', { newUserName: 'bella', newPath: '/team/' }, 'user/team/bella'],
  ])('under the new %s of a user', async (_case, changes, resource) => {
    const user = await newUser(owner());
    const { roleName } = await newRole(mine, user.arn);
    await owner().rest.patch(`/v1/users/${user.userName}`, changes);
    expect(await shownPrincipal(roleName)).toBe(`arn:aws:iam::${owner().accountId}:${resource}`);
  });

  it('by the unique id of a deleted user, whoever has the name since', async () => {
    const user = await newUser(owner());
    const { roleName } = await newRole(mine, [user.arn, '*']);
    await owner().iam.send(new DeleteUserCommand({ UserName: user.userName }));
    expect(await shownPrincipal(roleName)).toEqual([user.userId, '*']);
    await owner().rest.post('/v1/users', { userName: user.userName });
    expect(await shownPrincipal(roleName)).toEqual([user.userId, '*']);
  });

  it('by the unique id of a deleted role, whoever has the name since', async () => {
    const trusted = await newRole(owner(), '*');
    const { roleName } = await newRole(mine, trusted.arn);
    await owner().rest.delete(`/v1/roles/${trusted.roleName}`);
    expect(await shownPrincipal(roleName)).toBe(trusted.roleId);
    const assumeRolePolicyDocument = trust({ AWS: '*' });
    await owner().rest.post('/v1/roles', { roleName: trusted.roleName, assumeRolePolicyDocument });
    expect(await shownPrincipal(roleName)).toBe(trusted.roleId);
  });
});

it('are trusted as shown: the renamed user is, the new one of the old name is not', async () => {
  const { userName, arn, accessKey } = await mine.addUser(unique('ana'), allow('sts:AssumeRole'));
  const role = await newRole(mine, arn);
  const newUserName = `${userName}-renamed`;
  await mine.rest.patch(`/v1/users/${userName}`, { newUserName });
  const successor = await mine.addUser(userName, allow('sts:AssumeRole'));
  expect(await shownPrincipal(role.roleName)).toBe(`arn:aws:iam::${mine.accountId}:user/${newUserName}`);
  const assume = new AssumeRoleCommand({ RoleArn: role.arn, RoleSessionName: 'one' });
  await expect(awsClients(mine.baseUrl, accessKey).sts.send(assume)).resolves.toBeDefined();
  await mine.rest.put(`/v1/roles/${role.roleName}/trust-policy`, { policyDocument: trust({ AWS: arn }) });
  await expect(successor.sts.send(assume)).resolves.toBeDefined();
});

it('saves what is shown of a renamed user, and refuses the unique id of a deleted one', async () => {
  const [ana, bob] = [await newUser(mine), await newUser(mine)];
  const { roleName } = await newRole(mine, [ana.arn, bob.arn]);
  const newUserName = `${ana.userName}-renamed`;
  await mine.rest.patch(`/v1/users/${ana.userName}`, { newUserName });
  const shown = ((await mine.rest.get(`/v1/roles/${roleName}`)).body.role as Trusting).assumeRolePolicyDocument;
  const put = (policyDocument: unknown) => mine.rest.put(`/v1/roles/${roleName}/trust-policy`, { policyDocument });
  expect((await put(shown)).status).toBe(204);
  await mine.rest.delete(`/v1/users/${bob.userName}`);
  const { status, body } = await put(
    ((await mine.rest.get(`/v1/roles/${roleName}`)).body.role as Trusting).assumeRolePolicyDocument,
  );
  expect(status).toBe(400);
  expect(body).toMatchObject({
    code: 'MalformedPolicyDocument',
    detail: `Invalid principal in policy: "AWS":"${bob.userId}"`,
  });
});

it('shows the present principals of resource policies', async () => {
  const [ana, bob] = [await newUser(mine), await newUser(other)];
  const resourceArn = `arn:aws:orders:eu-1:${mine.accountId}:order/${unique('order')}`;
  const policyDocument = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: [ana.arn, bob.arn] }, Action: 'orders:GetOrder', Resource: resourceArn },
    ],
  };
  const path = `/v1/resource-policies/${encodeURIComponent(resourceArn)}`;
  expect((await mine.rest.put(path, { resourceType: 'order', policyDocument })).status).toBe(200);
  await mine.rest.patch(`/v1/users/${ana.userName}`, { newPath: '/team/' });
  await other.rest.delete(`/v1/users/${bob.userName}`);
  const { resourcePolicy } = (await mine.rest.get(path)).body as { resourcePolicy: { policyDocument: Document } };
  expect(principalOf(resourcePolicy.policyDocument)).toEqual([
    `arn:aws:iam::${mine.accountId}:user/team/${ana.userName}`,
    bob.userId,
  ]);
});
