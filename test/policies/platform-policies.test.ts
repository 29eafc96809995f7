import {
  CreatePolicyVersionCommand,
  DeletePolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  IAMClient,
  ListAttachedUserPoliciesCommand,
  ListPoliciesCommand,
  type ListPoliciesCommandInput,
  ListUsersCommand,
  type Policy,
  SetDefaultPolicyVersionCommand,
  TagPolicyCommand,
} from '@aws-sdk/client-iam';
import { sharedServer } from '../support/shared-server.js';
import { allow, newTenant, type Tenant } from '../support/tenant.js';

const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';
const viewOnly = 'arn:aws:iam::aws:policy/job-function/ViewOnlyAccess';

let tenant: Tenant;
let neighbour: Tenant;

beforeAll(async () => {
  const { baseUrl } = sharedServer();
  [tenant, neighbour] = await Promise.all([newTenant(baseUrl), newTenant(baseUrl)]);
  const policyDocument = JSON.stringify(allow('orders:GetOrder'));
  for (const policyName of ['AdministratorAccess', 'mine', 'zebra']) {
    expect((await tenant.rest.post('/v1/policies', { policyName, policyDocument })).status).toBe(201);
  }
});

async function listAll(iam: IAMClient, input: ListPoliciesCommandInput): Promise<Policy[]> {
  const policies: Policy[] = [];
  let Marker: string | undefined;
  do {
    const page = await iam.send(new ListPoliciesCommand({ ...input, Marker }));
    policies.push(...page.Policies!);
    ({ Marker } = page);
  } while (Marker);
  return policies;
}

const arnsOf = (policies: Policy[]) => policies.map(({ Arn }) => Arn!);

describe('in every account', () => {
  it('are listed beside the own ones, on pages of every size', async () => {
    const local = arnsOf(await listAll(tenant.iam, { Scope: 'Local' }));
    const platform = arnsOf(await listAll(tenant.iam, { Scope: 'AWS' }));
    expect(local).toHaveLength(3);
    expect(platform).toEqual(expect.arrayContaining([administrator, viewOnly]));
    for (const MaxItems of [1, 2, 3, 7, 1000]) {
      expect(arnsOf(await listAll(tenant.iam, { MaxItems }))).toEqual([...local, ...platform]);
    }
    const ofJobs = await listAll(tenant.iam, { PathPrefix: '/job-function/' });
    expect(arnsOf(ofJobs)).toEqual(expect.arrayContaining([viewOnly]));
    expect(ofJobs.every(({ Path }) => Path === '/job-function/')).toBe(true);
  });

  it('have AWS’s shape, a document, and the same id for all', async () => {
    const get = ({ iam }: Tenant) => iam.send(new GetPolicyCommand({ PolicyArn: viewOnly }));
    const [{ Policy: here }, { Policy: there }] = await Promise.all([get(tenant), get(neighbour)]);
    expect(here).toMatchObject({ PolicyName: 'ViewOnlyAccess', Path: '/job-function/', IsAttachable: true });
    expect(here!.PolicyId).toMatch(/^ANPA[A-Z2-7]{17}$/);
    expect(there!.PolicyId).toBe(here!.PolicyId);
    const { PolicyVersion } = await tenant.iam.send(
      new GetPolicyVersionCommand({ PolicyArn: viewOnly, VersionId: here!.DefaultVersionId }),
    );
    expect(JSON.parse(decodeURIComponent(PolicyVersion!.Document!))).toMatchObject({ Version: '2012-10-17' });
  });

  it('allow what they say, directly, through a group and within a boundary', async () => {
    const user = await tenant.addUser('viewer');
    await expect(user.iam.send(new ListUsersCommand())).rejects.toMatchObject({ name: 'AccessDenied' });
    await tenant.rest.post('/v1/groups', { groupName: 'viewers' });
    await tenant.rest.put('/v1/groups/viewers/attached-policies', { policyArn: viewOnly });
    await tenant.rest.put('/v1/groups/viewers/users/viewer');
    await user.iam.send(new ListUsersCommand());
    const denyAll = { permissionsBoundary: 'arn:aws:iam::aws:policy/AWSDenyAll' };
    expect((await tenant.rest.put('/v1/users/viewer/permissions-boundary', denyAll)).status).toBe(204);
    await expect(user.iam.send(new ListUsersCommand())).rejects.toMatchObject({
      message: expect.stringContaining('with an explicit deny in a permissions boundary'),
    });
  });

  it('count their use in the calling account alone', async () => {
    await tenant.addUser('counted');
    await tenant.rest.put('/v1/users/counted/attached-policies', { policyArn: administrator });
    await tenant.rest.put('/v1/users/counted/permissions-boundary', { permissionsBoundary: administrator });
    const [here, there] = await Promise.all(
      [tenant, neighbour].map(({ iam }) => iam.send(new GetPolicyCommand({ PolicyArn: administrator }))),
    );
    expect(here!.Policy).toMatchObject({ AttachmentCount: 1, PermissionsBoundaryUsageCount: 1 });
    expect(there!.Policy).toMatchObject({ AttachmentCount: 0, PermissionsBoundaryUsageCount: 0 });
    expect(arnsOf(await listAll(tenant.iam, { OnlyAttached: true, Scope: 'AWS' }))).toContain(administrator);
    expect(await listAll(neighbour.iam, { OnlyAttached: true })).toEqual([]);
    const boundaries = { PolicyUsageFilter: 'PermissionsBoundary' } as const;
    expect(arnsOf(await listAll(tenant.iam, boundaries))).toContain(administrator);
    expect(await listAll(neighbour.iam, boundaries)).toEqual([]);
    const attached = { UserName: 'counted', PathPrefix: '/' };
    const { AttachedPolicies } = await tenant.iam.send(new ListAttachedUserPoliciesCommand(attached));
    expect(AttachedPolicies).toEqual([{ PolicyName: 'AdministratorAccess', PolicyArn: administrator }]);
  });
});

/** Threat: a tenant's root user, who may do everything in its own account, changes what all accounts rely on. */
describe('belong to nobody but the platform', () => {
  const PolicyDocument = JSON.stringify(allow('*'));
  it.each([
    [
      'CreatePolicyVersion',
      new CreatePolicyVersionCommand({ PolicyArn: viewOnly, PolicyDocument, SetAsDefault: true }),
    ],
    ['SetDefaultPolicyVersion', new SetDefaultPolicyVersionCommand({ PolicyArn: viewOnly, VersionId: 'v1' })],
    ['DeletePolicy', new DeletePolicyCommand({ PolicyArn: viewOnly })],
    ['TagPolicy', new TagPolicyCommand({ PolicyArn: viewOnly, Tags: [{ Key: 'mine', Value: 'yes' }] })],
  ])('%s is denied to a root user', async (_, command) => {
    await expect(tenant.iam.send(command as DeletePolicyCommand)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringMatching(/^Cannot (update|delete) policies outside your own account\.$/),
    });
  });

  it('and the operations of the operator are denied to other accounts, whatever their policies say', async () => {
    const put = await tenant.rest.put('/v1/platform-policies/ViewOnlyAccess', { policyDocument: PolicyDocument });
    expect(put.body).toMatchObject({ status: 403, code: 'AccessDenied' });
    const created = await tenant.rest.put('/v1/platform-policies/Everything', { policyDocument: PolicyDocument });
    expect(created.body).toMatchObject({ status: 403, code: 'AccessDenied' });
    const deleted = await tenant.rest.delete(`/v1/platform-policies?policyArn=${viewOnly}`);
    expect(deleted.body).toMatchObject({ status: 403, code: 'AccessDenied' });
  });
});
