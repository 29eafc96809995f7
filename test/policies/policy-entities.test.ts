import {
  GetAccountAuthorizationDetailsCommand,
  type GetAccountAuthorizationDetailsCommandInput,
  ListEntitiesForPolicyCommand,
  type ListEntitiesForPolicyCommandInput,
} from '@aws-sdk/client-iam';
import { sharedServer } from '../support/shared-server.js';
import { newTenant, type Tenant } from '../support/tenant.js';
import { ec2Trust } from '../support/trust.js';

const PolicyArn = 'arn:aws:iam::aws:policy/SecurityAudit';
let tenant: Tenant;
let neighbour: Tenant;

/** Attached to u1, u2, g1 and r1; the boundary of u2, u3 and r2. */
beforeAll(async () => {
  const { baseUrl } = sharedServer();
  [tenant, neighbour] = await Promise.all([newTenant(baseUrl), newTenant(baseUrl)]);
  const permissionsBoundary = PolicyArn;
  const assumeRolePolicyDocument = ec2Trust;
  const { rest } = tenant;
  await rest.post('/v1/users', { userName: 'u1', path: '/team/' });
  await rest.post('/v1/users', { userName: 'u2', permissionsBoundary });
  await rest.post('/v1/users', { userName: 'u3', permissionsBoundary });
  await rest.post('/v1/groups', { groupName: 'g1' });
  await rest.post('/v1/roles', { roleName: 'r1', assumeRolePolicyDocument });
  await rest.post('/v1/roles', { roleName: 'r2', assumeRolePolicyDocument, path: '/team/', permissionsBoundary });
  for (const path of ['users/u1', 'users/u2', 'groups/g1', 'roles/r1']) {
    expect((await rest.put(`/v1/${path}/attached-policies`, { policyArn: PolicyArn })).status).toBe(204);
  }
  await neighbour.rest.post('/v1/users', { userName: 'theirs', permissionsBoundary });
});

async function entities(input: Omit<ListEntitiesForPolicyCommandInput, 'PolicyArn'>): Promise<string[]> {
  const names: string[] = [];
  let Marker: string | undefined;
  do {
    const page = await tenant.iam.send(new ListEntitiesForPolicyCommand({ PolicyArn, ...input, Marker }));
    names.push(
      ...page.PolicyGroups!.map(({ GroupName }) => GroupName!),
      ...page.PolicyUsers!.map(({ UserName }) => UserName!),
      ...page.PolicyRoles!.map(({ RoleName }) => RoleName!),
    );
    ({ Marker } = page);
  } while (Marker);
  return names;
}

describe('ListEntitiesForPolicy', () => {
  it.each([1, 2, 3, 4, 5, 6, 100])('shows each once, in pages of %i, and nobody else’s', async (MaxItems) => {
    expect(await entities({ MaxItems })).toEqual(['g1', 'u1', 'u2', 'u3', 'r1', 'r2']);
  });

  it.each<[ListEntitiesForPolicyCommandInput, string[]]>([
    [{ PolicyArn, PolicyUsageFilter: 'PermissionsPolicy' }, ['g1', 'u1', 'u2', 'r1']],
    [{ PolicyArn, PolicyUsageFilter: 'PermissionsBoundary' }, ['u2', 'u3', 'r2']],
    [{ PolicyArn, EntityFilter: 'User' }, ['u1', 'u2', 'u3']],
    [{ PolicyArn, EntityFilter: 'Role', PolicyUsageFilter: 'PermissionsBoundary' }, ['r2']],
    [{ PolicyArn, PathPrefix: '/team/' }, ['u1', 'r2']],
  ])('filters by %j', async (input, expected) => {
    expect(await entities(input)).toEqual(expected);
  });
});

describe('GetAccountAuthorizationDetails', () => {
  async function details(input: GetAccountAuthorizationDetailsCommandInput): Promise<string[]> {
    const names: string[] = [];
    let Marker: string | undefined;
    do {
      const page = await tenant.iam.send(new GetAccountAuthorizationDetailsCommand({ ...input, Marker }));
      names.push(
        ...page.UserDetailList!.map(({ UserName }) => UserName!),
        ...page.GroupDetailList!.map(({ GroupName }) => GroupName!),
        ...page.RoleDetailList!.map(({ RoleName }) => RoleName!),
        ...page.Policies!.map(({ PolicyName }) => PolicyName!),
      );
      ({ Marker } = page);
    } while (Marker);
    return names;
  }

  it.each([1, 2, 3, 7, 100])('pages across all its lists, %i at a time', async (MaxItems) => {
    expect(await details({ MaxItems })).toEqual(['u1', 'u2', 'u3', 'g1', 'r1', 'r2', 'SecurityAudit']);
  });

  it.each<[GetAccountAuthorizationDetailsCommandInput, string[]]>([
    [{ Filter: ['Role', 'Group'] }, ['g1', 'r1', 'r2']],
    [{ Filter: ['AWSManagedPolicy'] }, ['SecurityAudit']],
    [{ Filter: ['LocalManagedPolicy'] }, []],
  ])('filters by %j', async (input, expected) => {
    expect(await details(input)).toEqual(expected);
  });
});
