import { createHash } from 'node:crypto';
import { signAwsRequest } from '../support/raw-aws-request.js';
import { newService, type TestService } from '../support/services.js';
import { addRole, assume, trusting } from '../support/sessions.js';
import { sharedServer } from '../support/shared-server.js';
import { type AccessKey, managementTenant, newTenant, type Tenant, type TestUser } from '../support/tenant.js';
import { profileOf, serviceRole } from '../support/workloads.js';

const { baseUrl } = sharedServer();
let operator: Tenant;
let acme: Tenant;
let other: Tenant;
let compute: TestService;
let orders: TestService;
let roleArn: string;
/** May pass every role of its account to the compute service. */
let passer: TestUser;

beforeAll(async () => {
  operator = await managementTenant(baseUrl);
  acme = await newTenant(baseUrl);
  other = await newTenant(baseUrl);
  compute = await newService(operator);
  orders = await newService(operator);
  roleArn = await serviceRole(acme, compute, 'iam:ListUsers');
  passer = await acme.addUser('passer', mayPass({ StringEquals: { 'iam:PassedToService': compute.principal } }));
});

const mayPass = (condition?: object) => ({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: 'iam:PassRole', Resource: '*', ...(condition ? { Condition: condition } : {}) },
  ],
});
const instance = () => `arn:aws:${compute.prefix}:eu-1:${acme.accountId}:instance/i-1`;
const principal = ({ arn }: { arn: string }) => ({ subject: { type: 'principal', id: arn } });

async function check(input: object, service = compute) {
  const body = { roleArn, associatedResourceArn: instance(), ...principal(passer), ...input };
  const answer = await service.call('POST', '/v1/pass-role-checks', body);
  expect([answer.status, answer.body]).toEqual([200, expect.anything()]);
  return answer.body;
}

async function signedFor(service: TestService, accessKey: AccessKey) {
  const request = await signAwsRequest('http://compute.test', accessKey, { run: '1' }, { service: service.prefix });
  const { method, path: url, headers, body } = request;
  return {
    request: { method, url, headers, bodySha256: createHash('sha256').update(body).digest('hex') },
    subject: undefined,
  };
}

describe('a service that is handed a role', () => {
  it('hears in one answer that it may use it', async () => {
    expect(await check({})).toEqual({
      decision: true,
      principal: { arn: passer.arn, accountId: acme.accountId, principalId: expect.stringMatching(/^AIDA/) },
      role: { arn: roleArn, roleId: expect.stringMatching(/^AROA/) },
      context: expect.objectContaining({ verdict: 'allowed' }),
    });
  });

  it('can give the request that its customer signed, also with temporary credentials of a role', async () => {
    expect(await check(await signedFor(compute, passer.accessKey))).toMatchObject({ decision: true });
    const ci = await addRole(acme, trusting({ Principal: { AWS: passer.arn } }), 'iam:PassRole');
    const { credentials } = await assume(baseUrl, passer, ci);
    const { AccessKeyId, SecretAccessKey, SessionToken } = credentials;
    const key = { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! };
    expect(await check(await signedFor(compute, key))).toMatchObject({
      decision: true,
      principal: { arn: expect.stringContaining('assumed-role') },
    });
    // The session's own policy still limits it.
    const Policy = JSON.stringify({ Statement: { Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*' } });
    const narrow = (await assume(baseUrl, passer, ci, { Policy })).credentials;
    const narrowKey = {
      accessKeyId: narrow.AccessKeyId!,
      secretAccessKey: narrow.SecretAccessKey!,
      sessionToken: narrow.SessionToken!,
    };
    expect(await check(await signedFor(compute, narrowKey))).toMatchObject({ decision: false });
  });

  it('can be handed an instance profile in place of the role in it', async () => {
    const instanceProfileArn = await profileOf(acme, roleArn);
    expect(await check({ instanceProfileArn, roleArn: undefined })).toMatchObject({
      decision: true,
      role: { arn: roleArn },
    });
    const none = { instanceProfileArn: `${instanceProfileArn}x`, roleArn: undefined };
    expect(await check(none)).toMatchObject({ decision: false });
  });

  it('heeds iam:AssociatedResourceArn and tags of the role', async () => {
    const byResource = await acme.addUser(
      'by-resource',
      mayPass({ ArnEquals: { 'iam:AssociatedResourceArn': instance() } }),
    );
    expect(await check(principal(byResource))).toMatchObject({ decision: true });
    expect(await check({ ...principal(byResource), associatedResourceArn: `${instance()}0` })).toMatchObject({
      decision: false,
    });
    const byTag = await acme.addUser('by-tag', mayPass({ StringEquals: { 'iam:ResourceTag/use': 'compute' } }));
    expect(await check(principal(byTag))).toMatchObject({ decision: false });
    const name = roleArn.split('/').at(-1)!;
    expect((await acme.rest.post(`/v1/roles/${name}/tags`, { tags: [{ key: 'use', value: 'compute' }] })).status).toBe(
      204,
    );
    expect(await check(principal(byTag))).toMatchObject({ decision: true });
  });
});

/** Threat: a customer makes a service use a role that the customer may not use. */
describe('a role is not handed over', () => {
  it('by who may not pass it', async () => {
    const nobody = await acme.addUser('nobody');
    const answer = await check(principal(nobody));
    expect(answer).toMatchObject({ decision: false, context: { verdict: 'implicitDeny' } });
    expect(answer.context.reason).toContain('iam:PassRole');
    expect(answer).not.toHaveProperty('role');
  });

  it('to another service than it may be passed to, whatever that one says', async () => {
    const forOrders = await addRole(acme, trusting({ Principal: { Service: orders.principal } }));
    expect(await check({ roleArn: forOrders, associatedResourceArn: undefined }, orders)).toMatchObject({
      decision: false,
    });
    for (const key of ['iam:PassedToService', 'IAM:passedtoservice']) {
      const context = { [key]: compute.principal };
      const body = { roleArn: forOrders, ...principal(passer), context };
      const answer = await orders.call('POST', '/v1/pass-role-checks', body);
      expect([answer.status, answer.body.code]).toEqual([400, 'ValidationError']);
    }
  });

  it('whose trust policy does not name the service, or not for this resource', async () => {
    const untrusting = await addRole(acme, trusting({ Principal: { AWS: passer.arn } }));
    expect(await check({ roleArn: untrusting })).toMatchObject({ decision: false });
    const everyone = await addRole(acme, trusting({ Principal: '*' }));
    expect(await check({ roleArn: everyone })).toMatchObject({ decision: false });
    expect(await check({ associatedResourceArn: undefined })).toMatchObject({ decision: false });
  });

  it('across accounts, though both sides would have it', async () => {
    const foreign = await serviceRole(other, compute);
    expect(await check({ roleArn: foreign, associatedResourceArn: undefined })).toMatchObject({
      decision: false,
      context: { reason: "Only principals of the role's account can pass the role." },
    });
    const theirs = `arn:aws:${compute.prefix}:eu-1:${other.accountId}:instance/i-1`;
    expect(await check({ associatedResourceArn: theirs })).toMatchObject({ decision: false });
  });

  it('with a signature for another service, or by nobody', async () => {
    const answer = await check(await signedFor(orders, passer.accessKey));
    expect(answer).toMatchObject({
      decision: false,
      context: { reason: expect.stringContaining('SignatureDoesNotMatch') },
    });
    expect(answer).not.toHaveProperty('principal');
    expect(await check({ subject: { type: 'principal', id: `${passer.arn}x` } })).toMatchObject({ decision: false });
  });

  it('when there is no such role', async () => {
    expect(await check({ roleArn: `${roleArn}x` })).toMatchObject({ decision: false });
  });
});

it('only services ask', async () => {
  const body = { roleArn, ...principal(passer) };
  for (const { rest } of [acme, operator]) {
    const answer = await rest.post('/v1/pass-role-checks', body);
    expect([answer.status, answer.body.code]).toEqual([403, 'AccessDenied']);
  }
});

it.each([
  ['neither a subject nor a request', { subject: undefined }],
  ['two roles', { instanceProfileArn: 'arn:aws:iam::123456789012:instance-profile/x' }],
  ['a role that is none', { roleArn: 'arn:aws:iam::123456789012:user/ana' }],
])('refuses %s', async (_, change) => {
  const body = { roleArn, ...principal(passer), ...change };
  const answer = await compute.call('POST', '/v1/pass-role-checks', body);
  expect([answer.status, answer.body.code]).toEqual([400, 'ValidationError']);
});
