import { createHash } from 'node:crypto';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { signAwsRequest } from '../support/raw-aws-request.js';
import { definitionOf, newPrefix, newService, type TestService } from '../support/services.js';
import { addRole, trusting } from '../support/sessions.js';
import { sharedServer } from '../support/shared-server.js';
import { allow, managementTenant, newTenant, type Tenant, type TestUser } from '../support/tenant.js';
import { serviceRole } from '../support/workloads.js';

const { baseUrl } = sharedServer();
let operator: Tenant;
let acme: Tenant;
let user: TestUser;
/** The service whose key was stolen. */
let orders: TestService;
let compute: TestService;
/** Registered like `orders`, and granted the prefix of `compute`. */
let broker: TestService;

beforeAll(async () => {
  operator = await managementTenant(baseUrl);
  acme = await newTenant(baseUrl);
  [orders, compute] = await Promise.all([newService(operator), newService(operator)]);
  broker = await newService(operator, newPrefix(), [compute.prefix]);
  user = await acme.addUser('customer', allow('*'));
  const policyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { AWS: user.arn }, Action: '*', Resource: '*' },
  });
  const put = { resourceType: 'order', policyDocument };
  for (const service of [orders, compute]) {
    const path = `/v1/resource-policies/${encodeURIComponent(resourceOf(service))}`;
    expect((await service.call('PUT', path, put)).status).toBe(200);
  }
});

const resourceOf = ({ prefix }: { prefix: string }, id = '1') => `arn:aws:${prefix}:eu-1:${acme.accountId}:order/${id}`;
const questionOf = (owner: { prefix: string }, action = 'GetOrder') => ({
  subject: { type: 'principal', id: user.arn },
  action: { name: `${owner.prefix}:${action}` },
  resource: { type: 'order', id: resourceOf(owner) },
});

async function signedFor({ prefix }: { prefix: string }) {
  const signed = await signAwsRequest('http://compute.test', user.accessKey, { run: '1' }, { service: prefix });
  const { method, path: url, headers, body } = signed;
  return { method, url, headers, bodySha256: createHash('sha256').update(body).digest('hex') };
}

/**
 * Everything that a service does with a prefix: all of its operations except those that a role's trust policy decides.
 */
const calls: Readonly<Record<string, (service: TestService, of: { prefix: string }) => Promise<Answer>>> = {
  Evaluate: (service, of) => service.call('POST', '/access/v1/evaluation', questionOf(of)),
  'Evaluate without a resource': (service, of) =>
    service.call('POST', '/access/v1/evaluation', { ...questionOf(of), resource: { type: 'order', id: '*' } }),
  'Evaluate in upper case': (service, of) => {
    const action = { name: `${of.prefix.toUpperCase()}:GetOrder` };
    return service.call('POST', '/access/v1/evaluation', { ...questionOf(of), action });
  },
  'Evaluate on a resource': (service, of) =>
    service.call('POST', '/access/v1/evaluation', { ...questionOf(service), resource: questionOf(of).resource }),
  SearchActions: async (service, of) =>
    service.call('POST', '/access/v1/search/action', { ...questionOf(of), action: undefined }),
  SearchSubjects: (service, of) =>
    service.call('POST', '/access/v1/search/subject', { ...questionOf(of), subject: { type: 'principal' } }),
  SearchResources: (service, of) =>
    service.call('POST', '/access/v1/search/resource', { ...questionOf(of), resource: { type: 'order' } }),
  Authorize: async (service, of) =>
    service.call('POST', '/v1/authorize', { service: of.prefix, request: await signedFor(of), ...asked(of) }),
  'Authorize with a signature': async (service, of) =>
    service.call('POST', '/v1/authorize', { service: of.prefix, request: await signedFor(of), ...asked(service) }),
  CheckPassRole: async (service, of) =>
    service.call('POST', '/v1/pass-role-checks', {
      subject: questionOf(of).subject,
      roleArn: await serviceRole(acme, service),
      associatedResourceArn: resourceOf(of),
    }),
  RegisterWorkload: async (service, of) =>
    service.call('POST', '/v1/workloads', { roleArn: await serviceRoleForAll(service), resourceArn: resourceOf(of) }),
  PutResourcePolicy: (service, of) =>
    service.call('PUT', `/v1/resource-policies/${encodeURIComponent(resourceOf(of, '2'))}`, {
      resourceType: 'order',
      policyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: { Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' },
      }),
    }),
  GetResourcePolicy: (service, of) =>
    service.call('GET', `/v1/resource-policies/${encodeURIComponent(resourceOf(of))}`),
  DeleteResourcePolicy: (service, of) =>
    service.call('DELETE', `/v1/resource-policies/${encodeURIComponent(resourceOf(of, '2'))}`),
};
const asked = (of: { prefix: string }) => {
  const { action, resource } = questionOf(of);
  return { action, resource };
};
type Answer = Awaited<ReturnType<TestService['call']>>;

/** A role that trusts the service for any resource. */
const serviceRoleForAll = (service: TestService) =>
  addRole(acme, trusting({ Principal: { Service: service.principal } }));

/** Threat: the key of one service is stolen, and its thief acts for the services with other customers' data. */
describe('a service is bound to its own prefix', () => {
  it.each(Object.entries(calls))('%s', async (_, call) => {
    const own = await call(orders, orders);
    expect([own.status < 300, own.body]).toEqual([true, own.body]);
    const foreign = await call(orders, compute);
    expect([foreign.status, foreign.body?.code]).toEqual([403, 'AccessDenied']);
    expect(foreign.body.detail).toContain('arn:aws:gatehouse:::service/');
    const granted = await call(broker, compute);
    expect([granted.status < 300, granted.body]).toEqual([true, granted.body]);
  });

  it('in each question of a batch', async () => {
    const evaluations = [questionOf(orders), questionOf(compute)];
    const { body } = await orders.call('POST', '/access/v1/evaluations', { evaluations });
    expect(body.evaluations).toEqual([
      expect.objectContaining({ decision: true }),
      { decision: false, context: { error: { status: 403, message: expect.stringContaining('not registered for') } } },
    ]);
  });

  it('in what a search tells', async () => {
    const actions = await orders.call('POST', '/access/v1/search/action', {
      subject: questionOf(orders).subject,
      resource: { type: 'order', id: '*' },
    });
    const names = (actions.body.results as { name: string }[]).map(({ name }) => name);
    expect(names.sort()).toEqual([`${orders.prefix}:CreateOrder`, `${orders.prefix}:GetOrder`]);
    const resources = async (service: TestService) => {
      const question = { ...questionOf(service), resource: { type: 'order' } };
      const { body } = await service.call('POST', '/access/v1/search/resource', question);
      return (body.results as { id: string }[]).map(({ id }) => id);
    };
    expect(await resources(orders)).toEqual([resourceOf(orders)]);
    expect(await resources(broker)).toEqual([resourceOf(compute)]);
  });

  it('in the source that it names', async () => {
    const RoleArn = await addRole(acme, trusting({ Principal: { Service: [orders.principal, compute.principal] } }));
    const assume = (of: { prefix: string }) =>
      orders.sts({ arn: resourceOf(of) }).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'work' }));
    await assume(orders);
    await expect(assume(compute)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('and asks about nothing of Gatehouse itself', async () => {
    for (const name of ['iam:CreateUser', 'sts:AssumeRole', 'gatehouse:CreateAccount']) {
      const question = { ...questionOf(orders), action: { name } };
      expect((await orders.call('POST', '/access/v1/evaluation', question)).status).toBe(403);
    }
    const resource = { type: 'user', id: user.arn };
    expect((await orders.call('POST', '/access/v1/evaluation', { ...questionOf(orders), resource })).status).toBe(403);
  });

  it('while the operator asks about everything', async () => {
    for (const owner of [orders, compute]) {
      const { body } = await operator.rest.post('/access/v1/evaluation', questionOf(owner));
      expect(body.decision).toBe(true);
    }
  });
});

describe('granted prefixes', () => {
  it('are shown, audited, and end when the operator takes them back', async () => {
    const path = `/v1/services/${broker.prefix}`;
    expect((await operator.rest.get(path)).body.service.grantedPrefixes).toEqual([compute.prefix]);
    const { body } = await operator.rest.get(`/v1/audit-events?operation=gatehouse:RegisterService&maxItems=100`);
    const inputs = (body.events as { input: string }[]).map(({ input }) => JSON.parse(input) as object);
    expect(inputs).toContainEqual(expect.objectContaining({ grantedPrefixes: [compute.prefix] }));

    const other = await newService(operator, newPrefix(), [compute.prefix]);
    expect((await calls['Evaluate']!(other, compute)).status).toBe(200);
    const { grantedPrefixes: _, ...definition } = definitionOf(other.prefix);
    expect((await operator.rest.put(`/v1/services/${other.prefix}`, definition)).status).toBe(200);
    expect((await calls['Evaluate']!(other, compute)).status).toBe(403);
    expect((await calls['Evaluate']!(other, other)).status).toBe(200);
  });
});

/** Threat: a service registers a workload as a resource of another service, whose identity tokens others trust. */
describe('a workload has an ARN of a resource type of its service', () => {
  it.each([
    ['of no resource type', (prefix: string, account: string) => `arn:aws:${prefix}:eu-1:${account}:invoice/1`],
    ['that holds no id', (prefix: string, account: string) => `arn:aws:${prefix}:eu-1:${account}:order/`],
    ['of a longer prefix', (prefix: string, account: string) => `arn:aws:${prefix}x:eu-1:${account}:order/1`],
    ['of IAM', (_: string, account: string) => `arn:aws:iam::${account}:role/order/1`],
  ])('and not one %s', async (_, arnOf) => {
    const resourceArn = arnOf(orders.prefix, acme.accountId);
    const roleArn = await serviceRoleForAll(orders);
    const answer = await orders.call('POST', '/v1/workloads', { roleArn, resourceArn });
    expect([answer.status, answer.body.code]).toEqual([403, 'AccessDenied']);
  });

  it('and not one of another partition', async () => {
    const resourceArn = `arn:aws-cn:${orders.prefix}:eu-1:${acme.accountId}:order/1`;
    const body = { roleArn: await serviceRoleForAll(orders), resourceArn };
    expect((await orders.call('POST', '/v1/workloads', body)).status).toBe(400);
  });
});

/** Threat: a service claims tags of a role, and is passed one that the customer may not pass. */
it('what a service says of the role that it is handed counts for nothing', async () => {
  const roleArn = await serviceRole(acme, orders);
  for (const key of ['aws:ResourceTag/team', 'AWS:resourcetag/team', 'aws:ResourceAccount']) {
    const body = { roleArn, subject: questionOf(orders).subject, context: { [key]: 'red' } };
    const answer = await orders.call('POST', '/v1/pass-role-checks', body);
    expect([key, answer.status, answer.body.code]).toEqual([key, 400, 'ValidationError']);
  }
});
