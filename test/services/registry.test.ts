import { ListPoliciesGrantingServiceAccessCommand, SimulateCustomPolicyCommand } from '@aws-sdk/client-iam';
import { definitionOf, newPrefix, newService } from '../support/services.js';
import { sharedServer } from '../support/shared-server.js';
import { allow, managementTenant, newTenant, type Tenant } from '../support/tenant.js';

const { baseUrl } = sharedServer();
let operator: Tenant;
let tenant: Tenant;

beforeAll(async () => {
  operator = await managementTenant(baseUrl);
  tenant = await newTenant(baseUrl);
});

describe('a definition is refused', () => {
  const refused = async (change: object, path: string) => {
    const prefix = newPrefix();
    const answer = await operator.rest.post('/v1/services', { prefix, ...definitionOf(prefix), ...change });
    expect([answer.status, answer.body.code]).toEqual([400, 'ValidationError']);
    expect((answer.body.issues as { path: string }[]).map((issue) => issue.path)).toContainEqual(
      expect.stringContaining(path),
    );
  };
  const action = (more: object) => ({ actions: [{ name: 'Do', accessLevel: 'Write', ...more }] });

  it.each(['iam', 'sts', 'gatehouse', 'tag', 'cloudtrail', 'aws', 'Orders', 'o', '*', 'or:ders'])(
    'under the prefix %s',
    (prefix) => refused({ prefix }, 'prefix'),
  );

  it.each([
    ['with an access level that AWS does not have', action({ accessLevel: 'Admin' }), 'accessLevel'],
    ['with a wildcard for an action', action({ name: 'Do*' }), 'name'],
    ['with a resource type that is not there', action({ resourceTypes: ['ghost'] }), 'resourceTypes'],
    ['with a condition key that is not there', action({ conditionKeys: ['other:Key'] }), 'conditionKeys'],
    ['with members that nobody knows', { owner: 'me' }, 'owner'],
    ['with a service principal that is no host name', { servicePrincipal: 'orders' }, 'servicePrincipal'],
    [
      'with ARNs of another service',
      { resourceTypes: [{ name: 'order', arnFormats: ['arn:${Partition}:iam::${Account}:user/${Name}'] }] },
      'arnFormats',
    ],
    [
      'with condition keys of another service',
      { conditionKeys: [{ name: 'iam:Key', type: 'String' }] },
      'conditionKeys',
    ],
    ['granted a prefix of IAM', { grantedPrefixes: ['iam'] }, 'grantedPrefixes'],
    ['granted a prefix twice', { grantedPrefixes: ['queues', 'queues'] }, 'grantedPrefixes'],
    ['granted everything', { grantedPrefixes: ['*'] }, 'grantedPrefixes'],
    [
      'with an action twice, whatever its case',
      {
        actions: [
          { name: 'Do', accessLevel: 'Read' },
          { name: 'do', accessLevel: 'Read' },
        ],
      },
      'actions.1.name',
    ],
    [
      'with more than a thousand actions',
      { actions: Array.from({ length: 1001 }, (_, index) => ({ name: `Do${index}`, accessLevel: 'Read' })) },
      'actions',
    ],
  ])('%s', (_, change, path) => refused(change, path));
});

/** Threat: a tenant registers a service, which others' roles then trust. */
it('a tenant’s administrator may read the register, and never change it', async () => {
  const { prefix } = await newService(operator);
  expect((await tenant.rest.get(`/v1/services/${prefix}`)).body.service).toMatchObject(definitionOf(prefix));
  const other = newPrefix();
  for (const answer of [
    await tenant.rest.post('/v1/services', { prefix: other, ...definitionOf(other) }),
    await tenant.rest.put(`/v1/services/${prefix}`, definitionOf(prefix)),
    await tenant.rest.delete(`/v1/services/${prefix}`),
    await tenant.rest.post(`/v1/services/${prefix}/access-keys`),
    await tenant.rest.get(`/v1/services/${prefix}/access-keys`),
  ]) {
    expect([answer.status, answer.body.code]).toEqual([403, 'AccessDenied']);
  }
  expect((await operator.rest.get(`/v1/services/${prefix}`)).status).toBe(200);
});

it('every change is in the audit log of the management account, without the secret', async () => {
  const { prefix, accessKey } = await newService(operator);
  const { body } = await operator.rest.get('/v1/audit-events?operation=gatehouse:CreateServiceAccessKey');
  const text = JSON.stringify(body);
  expect(text).toContain(`service/${prefix}`);
  expect(text).not.toContain(accessKey.secretAccessKey);
  expect(sharedServer().output()).not.toContain(accessKey.secretAccessKey);
});

describe('a registered service is known', () => {
  it('to the search for actions, as long as it is registered', async () => {
    const { prefix } = await newService(operator);
    const buyer = await tenant.addUser(`buyer-${prefix}`, allow(`${prefix}:Get*`));
    const search = async () => {
      const { body } = await operator.rest.post('/access/v1/search/action', {
        subject: { type: 'principal', id: buyer.arn },
        resource: { type: 'order', id: `arn:aws:${prefix}:eu-1:${tenant.accountId}:order/1` },
      });
      return body.results as unknown;
    };
    expect(await search()).toEqual([{ name: `${prefix}:GetOrder` }]);
    await operator.rest.delete(`/v1/services/${prefix}`);
    expect(await search()).toEqual([]);
  });

  it('to ListPoliciesGrantingServiceAccess and to the simulator', async () => {
    const { prefix } = await newService(operator);
    const user = await tenant.addUser(`granted-${prefix}`, allow(`${prefix}:GetOrder`));
    const granting = await tenant.iam.send(
      new ListPoliciesGrantingServiceAccessCommand({ Arn: user.arn, ServiceNamespaces: [prefix] }),
    );
    expect(granting.PoliciesGrantingServiceAccess?.[0]?.Policies).toMatchObject([{ PolicyName: 'test' }]);
    const { EvaluationResults } = await tenant.iam.send(
      new SimulateCustomPolicyCommand({
        PolicyInputList: [JSON.stringify(allow(`${prefix}:GetOrder`))],
        ActionNames: [`${prefix}:GetOrder`, `${prefix}:CreateOrder`],
      }),
    );
    expect(EvaluationResults?.map(({ EvalDecision }) => EvalDecision)).toEqual(['allowed', 'implicitDeny']);
  });

  it('to the access advisor', async () => {
    const { prefix } = await newService(operator);
    const user = await tenant.addUser(`advised-${prefix}`, allow(`${prefix}:GetOrder`));
    const started = await tenant.rest.post('/v1/service-access-jobs', { arn: user.arn });
    expect(started.status).toBeLessThan(300);
    const job = await tenant.rest.get(`/v1/service-access-jobs/${started.body.jobId}`);
    expect(job.body.servicesLastAccessed).toContainEqual(
      expect.objectContaining({ serviceNamespace: prefix, serviceName: `The ${prefix} service` }),
    );
  });
});
