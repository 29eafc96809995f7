import { newCertificate } from '../support/certificates.js';
import { samlMetadata } from '../support/saml-metadata.js';
import { newWorkload, serviceRole } from '../support/workloads.js';
import { definitionOf, serviceWith } from '../support/services.js';
import { RestClient } from '../support/rest-client.js';
import { rootUser, type RunningServer, startServer } from '../support/server.js';
import { type AccessKey, allow, managementTenant, newTenant, signIn, type Tenant } from '../support/tenant.js';
import { ec2Trust } from '../support/trust.js';

/** Quotas that are too high to be reached in a test are lowered like an operator would. */
const QUOTAS = [
  'UsersPerAccount=1',
  'GroupsPerAccount=1',
  'RolesPerAccount=1',
  'InstanceProfilesPerAccount=1',
  'PoliciesPerAccount=1',
  'OidcProvidersPerAccount=1',
  'SamlProvidersPerAccount=1',
  'VirtualMfaDevicesPerAccount=1',
  'GroupsPerUser=0',
  'OpenDelegationRequestsPerAccount=0',
  'Services=1',
  'ActionsOfServices=3',
  'WorkloadsPerAccount=1',
  'SessionsPerPrincipal=2',
  'ServiceAccessReportsPerAccount=2',
].join(',');

describe('a quota', () => {
  let server: RunningServer;
  let tenant: Tenant;
  let metadata: string;

  beforeAll(async () => {
    server = await startServer({ environment: { GATEHOUSE_QUOTAS: QUOTAS } });
    tenant = await newTenant(server.baseUrl);
    metadata = samlMetadata('https://idp.example.com', (await newCertificate('idp')).der);
  });
  afterAll(() => server?.stop());

  it.each([
    ['UsersPerAccount', '/v1/users', (name: string) => ({ userName: name })],
    ['GroupsPerAccount', '/v1/groups', (name: string) => ({ groupName: name })],
    ['RolesPerAccount', '/v1/roles', (name: string) => ({ roleName: name, assumeRolePolicyDocument: ec2Trust })],
    ['InstanceProfilesPerAccount', '/v1/instance-profiles', (name: string) => ({ instanceProfileName: name })],
    [
      'PoliciesPerAccount',
      '/v1/policies',
      (name: string) => ({ policyName: name, policyDocument: JSON.stringify(allow('orders:*')) }),
    ],
    [
      'OpenIdConnectProvidersPerAccount',
      '/v1/oidc-providers',
      (name: string) => ({ url: `https://${name}.example.com` }),
    ],
    ['VirtualMFADevicesPerAccount', '/v1/virtual-mfa-devices', (name: string) => ({ virtualMfaDeviceName: name })],
    ['SAMLProvidersPerAccount', '/v1/saml-providers', (name: string) => ({ name, samlMetadataDocument: metadata })],
  ])('%s holds, as the operator set it', async (quota, path, input) => {
    expect((await tenant.rest.post(path, input('first'))).status).toBe(201);
    const second = await tenant.rest.post(path, input('second'));
    expect(second.status).toBe(409);
    expect(second.body).toMatchObject({ code: 'LimitExceeded', detail: `Cannot exceed quota for ${quota}: 1` });
  });

  it('of services is the platform’s, of workloads the account’s', async () => {
    const rest = await signIn(server.baseUrl, rootUser.email, rootUser.password);
    const register = (prefix: string) => rest.post('/v1/services', { prefix, ...definitionOf(prefix) });
    const actions = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ name: `Do${index}`, accessLevel: 'Read' }));
    const tooMany = { code: 'LimitExceeded', detail: 'Cannot exceed quota for ActionsOfServices: 3' };
    const withFour = { ...definitionOf('orders'), actions: actions(4) };
    expect((await rest.post('/v1/services', { prefix: 'orders', ...withFour })).body).toMatchObject(tooMany);
    expect((await register('orders')).status).toBe(201);
    expect((await rest.put('/v1/services/orders', withFour)).body).toMatchObject(tooMany);
    expect((await rest.put('/v1/services/orders', { ...withFour, actions: actions(3) })).status).toBe(200);
    expect((await register('invoices')).body).toMatchObject({
      code: 'LimitExceeded',
      detail: 'Cannot exceed quota for Services: 1',
    });
    const { accessKey } = (await rest.post('/v1/services/orders/access-keys')).body;
    const orders = serviceWith(server.baseUrl, 'orders', accessKey as AccessKey);
    const other = await newTenant(server.baseUrl);
    const roleArn = await serviceRole(other, orders);
    await newWorkload(orders, other, { roleArn });
    await expect(newWorkload(orders, other, { roleArn })).rejects.toThrow('quota for WorkloadsPerAccount: 1');
  });

  /** Threat: someone who knows a password fills the database with sessions. */
  it('of sessions ends the oldest one', async () => {
    const { email, password } = await newTenant(server.baseUrl);
    const sessions = [];
    for (let count = 0; count < 3; count += 1) {
      sessions.push((await new RestClient(server.baseUrl).post('/v1/sign-in', { email, password })).body);
    }
    const refresh = ({ refreshToken }: { refreshToken: string }) =>
      new RestClient(server.baseUrl).post('/v1/sign-in/refresh', { refreshToken });
    const newest = new RestClient(server.baseUrl, sessions[2].accessToken as string);
    expect((await newest.get('/v1/sessions')).body.sessions).toHaveLength(2);
    expect((await refresh(sessions[0])).status).toBe(401);
    expect((await refresh(sessions[1])).status).toBe(200);
    expect((await refresh(sessions[2])).status).toBe(200);
  });

  it('of reports of last access deletes the oldest one', async () => {
    const arn = `arn:aws:iam::${tenant.accountId}:user/first`;
    const jobs: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      jobs.push((await tenant.rest.post('/v1/service-access-jobs', { arn })).body.jobId as string);
    }
    const statuses = await Promise.all(
      jobs.map(async (job) => (await tenant.rest.get(`/v1/service-access-jobs/${job}`)).status),
    );
    expect(statuses).toEqual([404, 200, 200]);
  });

  it('of roles counts service-linked ones', async () => {
    const { body } = await tenant.rest.post('/v1/service-linked-roles', { awsServiceName: 'orders.example.com' });
    expect(body.code).toBe('LimitExceeded');
  });

  it('of memberships counts those of the user', async () => {
    const { body } = await tenant.rest.put('/v1/groups/first/users/first');
    expect(body).toMatchObject({ code: 'LimitExceeded', detail: 'Cannot exceed quota for GroupsPerUser: 0' });
  });

  it('of roles counts those made from a template', async () => {
    const operator = await managementTenant(server.baseUrl);
    const version = { roleNamePattern: 'reader', assumeRolePolicyDocumentTemplate: ec2Trust, parametersDefinition: [] };
    const put = await operator.rest.put('/v1/role-templates/reader', { version });
    expect(put.status).toBe(200);
    const templateArn = 'arn:aws:iam::aws:role-template/reader';
    const { body } = await tenant.rest.post('/v1/role-templates/roles', { templateArn, replacementValues: {} });
    expect(body.code).toBe('LimitExceeded');
  });

  it('of delegation requests counts those that are open', async () => {
    const { policies } = (await tenant.rest.get('/v1/policies?scope=Local')).body;
    const { body } = await tenant.rest.post('/v1/delegation-requests', {
      description: 'To set up monitoring',
      permissions: { policyTemplateArn: policies[0].arn, parameters: [] },
      requestorWorkflowId: 'workflow',
      notificationChannel: 'arn:aws:sns:us-east-1:123456789012:topic',
      sessionDuration: 3600,
    });
    expect(body.code).toBe('LimitExceeded');
  });

  it.each(['UsersPerAccount', 'UsersPerAccount=many', 'Users=3', 'UsersPerAccount=-1'])(
    'that is not one stops the start: %s',
    async (quotas) => {
      await expect(startServer({ environment: { GATEHOUSE_QUOTAS: quotas } })).rejects.toThrow('GATEHOUSE_QUOTAS');
    },
  );
});
