import { createHash } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { CreateUserCommand, ListUsersCommand } from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  type STSClient,
} from '@aws-sdk/client-sts';
import { SignatureV4 } from '@smithy/signature-v4';
import { sendRaw, signAwsRequest, signedJsonRequest } from '../support/raw-aws-request.js';
import { newService, serviceWith, signedCall, stsNaming, type TestService } from '../support/services.js';
import { addRole, sessionClients, trusting } from '../support/sessions.js';
import { sharedServer } from '../support/shared-server.js';
import { allow, awsClients, managementTenant, newTenant, type Tenant } from '../support/tenant.js';

const { baseUrl } = sharedServer();
let operator: Tenant;
let acme: Tenant;
let other: Tenant;
let orders: TestService;

beforeAll(async () => {
  operator = await managementTenant(baseUrl);
  acme = await newTenant(baseUrl);
  other = await newTenant(baseUrl);
  orders = await newService(operator);
});

const assume = (sts: STSClient, RoleArn: string) =>
  sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'work' }));
const trustsOrders = (condition?: object) =>
  trusting({ Principal: { Service: orders.principal }, ...(condition ? { Condition: condition } : {}) });
const denied = { name: 'AccessDenied' };
const instance = () => `arn:aws:${orders.prefix}:eu-1:${acme.accountId}:order/1`;

describe('a service', () => {
  it('is its service principal', async () => {
    expect(await orders.clients.sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: operator.accountId,
      Arn: `arn:aws:gatehouse:::service/${orders.prefix}`,
      UserId: orders.principal,
    });
    expect((await orders.call('GET', '/v1/session')).body).toMatchObject({ type: 'service' });
  });

  it('assumes a role that names it, and acts as the role', async () => {
    const role = await addRole(acme, trustsOrders(), 'iam:ListUsers');
    const { Credentials, AssumedRoleUser } = await assume(orders.clients.sts, role);
    const session = sessionClients(baseUrl, Credentials!);
    expect((await session.sts.send(new GetCallerIdentityCommand({}))).Arn).toBe(AssumedRoleUser!.Arn);
    await session.iam.send(new ListUsersCommand({}));
    await expect(session.iam.send(new CreateUserCommand({ UserName: 'eve' }))).rejects.toMatchObject(denied);
  });

  it('leaves the assumption in the audit logs of the role’s account and of the management account', async () => {
    const role = await addRole(acme, trustsOrders());
    await assume(orders.clients.sts, role);
    for (const tenant of [acme, operator]) {
      const { body } = await tenant.rest.get('/v1/audit-events?operation=sts:AssumeRole');
      expect(body.events).toContainEqual(
        expect.objectContaining({ resourceArn: role, callerId: orders.principal, outcome: 'allowed' }),
      );
    }
  });

  it('is an AWSService to CloudTrail', async () => {
    const role = await addRole(acme, trustsOrders());
    await assume(orders.clients.sts, role);
    const target = 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents';
    const attribute = { AttributeKey: 'EventName', AttributeValue: 'AssumeRole' };
    const request = await signedJsonRequest(baseUrl, acme.accessKey, 'cloudtrail', target, {
      LookupAttributes: [attribute],
    });
    const { Events } = JSON.parse((await sendRaw(baseUrl, request)).text) as { Events: { CloudTrailEvent: string }[] };
    const identities = Events.map(
      (event) => (JSON.parse(event.CloudTrailEvent) as { userIdentity: object }).userIdentity,
    );
    expect(identities).toContainEqual({ type: 'AWSService', invokedBy: orders.principal });
  });

  it('asks for decisions about any account', async () => {
    const buyer = await acme.addUser('buyer', allow(`${orders.prefix}:CreateOrder`));
    const evaluation = {
      subject: { type: 'principal', id: buyer.arn },
      action: { name: `${orders.prefix}:CreateOrder` },
      resource: { type: 'order', id: instance() },
    };
    const answer = await orders.call('POST', '/access/v1/evaluation', evaluation);
    expect([answer.status, answer.body.decision]).toEqual([200, true]);
    const batch = await orders.call('POST', '/access/v1/evaluations', { evaluations: [evaluation] });
    expect(batch.body.evaluations[0].decision).toBe(true);
  });
});

describe('condition keys of a service', () => {
  const holds = async (condition: object, sts: STSClient = orders.clients.sts) => {
    const role = await addRole(acme, trustsOrders(condition));
    return assume(sts, role).then(
      () => true,
      (error: Error) => (error.name === 'AccessDenied' ? false : Promise.reject(error)),
    );
  };

  it('are those that AWS documents, and none of a user’s', async () => {
    expect(await holds({ Bool: { 'aws:PrincipalIsAWSService': 'true' } })).toBe(true);
    expect(await holds({ StringEquals: { 'aws:PrincipalServiceName': orders.principal } })).toBe(true);
    expect(await holds({ 'ForAnyValue:StringEquals': { 'aws:PrincipalServiceNamesList': [orders.principal] } })).toBe(
      true,
    );
    for (const absent of [
      'PrincipalArn',
      'PrincipalAccount',
      'PrincipalType',
      'userid',
      'SourceArn',
      'SourceAccount',
    ]) {
      expect([absent, await holds({ Null: { [`aws:${absent}`]: 'true' } })]).toEqual([absent, true]);
    }
  });

  it('name the source that the service names', async () => {
    const condition = {
      StringEquals: { 'aws:SourceAccount': acme.accountId },
      ArnLike: { 'aws:SourceArn': `arn:aws:${orders.prefix}:*:${acme.accountId}:order/*` },
    };
    const source = { account: acme.accountId, arn: instance() };
    expect(await holds(condition, orders.sts(source))).toBe(true);
    const { body } = await acme.rest.get('/v1/audit-events?operation=sts:AssumeRole');
    const inputs = (body.events as { input: string }[]).map(({ input }) => JSON.parse(input) as object);
    expect(inputs).toContainEqual(expect.objectContaining({ source: { accountId: acme.accountId, arn: instance() } }));
    expect(await holds(condition, orders.sts({ account: acme.accountId }))).toBe(false);
  });

  it('are the same through REST', async () => {
    const roleArn = await addRole(acme, trustsOrders({ StringEquals: { 'aws:SourceAccount': acme.accountId } }));
    const body = { roleArn, roleSessionName: 'rest' };
    const naming = (account: string) =>
      signedCall(baseUrl, orders.accessKey, 'POST', '/v1/assume-role', body, { 'x-amz-source-account': account });
    expect((await naming(acme.accountId)).status).toBe(201);
    expect((await naming(other.accountId)).status).toBe(403);
  });

  it.each([
    ['an account that is none', { account: 'acme' }],
    ['an ARN that is none', { arn: 'order/1' }],
    ['an ARN of another account', { account: '123456789012', arn: 'arn:aws:orders:eu-1:210987654321:order/1' }],
  ])('are refused with %s', async (_, source) => {
    const role = await addRole(acme, trustsOrders());
    await expect(assume(orders.sts(source), role)).rejects.toMatchObject({ name: 'ValidationError' });
  });
});

/**
 * Threat: a customer makes a service use a role of somebody else, which the service can assume but the customer cannot.
 */
describe('a confused deputy', () => {
  const guarded = () => addRole(acme, trustsOrders({ StringEquals: { 'aws:SourceAccount': acme.accountId } }));

  it('gets no role of another customer: its source gives it away', async () => {
    const role = await guarded();
    const eve = `arn:aws:${orders.prefix}:eu-1:${other.accountId}:order/1`;
    await expect(assume(orders.sts({ account: other.accountId, arn: eve }), role)).rejects.toMatchObject(denied);
    await expect(assume(orders.clients.sts, role)).rejects.toMatchObject(denied);
    await assume(orders.sts({ account: acme.accountId }), role);
  });

  it('cannot be had by a normal caller who forges the source', async () => {
    const source = { account: acme.accountId, arn: instance() };
    const user = await acme.addUser('forger', allow('sts:*'));
    const condition = { StringEquals: { 'aws:SourceAccount': acme.accountId } };
    for (const Principal of [{ Service: orders.principal }, { AWS: user.arn }, '*']) {
      const role = await addRole(acme, trusting({ Principal, Condition: condition }));
      await expect(assume(stsNaming(awsClients(baseUrl, user.accessKey).sts, source), role)).rejects.toMatchObject(
        denied,
      );
    }
    // The key is absent, not only different.
    const role = await addRole(
      acme,
      trusting({
        Principal: { AWS: user.arn },
        Condition: { Null: { 'aws:SourceAccount': 'true', 'aws:SourceArn': 'true' } },
      }),
    );
    await assume(stsNaming(awsClients(baseUrl, user.accessKey).sts, source), role);
  });

  it('cannot add a source on the way: it must be signed', async () => {
    const role = await guarded();
    const parameters = { Version: '2011-06-15', Action: 'AssumeRole', RoleArn: role, RoleSessionName: 'work' };
    const signed = await signAwsRequest(baseUrl, orders.accessKey, parameters, { service: 'sts' });
    const forged = { ...signed, headers: { ...signed.headers, 'x-amz-source-account': acme.accountId } };
    expect((await sendRaw(baseUrl, forged)).text).toContain('SignatureDoesNotMatch');
  });

  it('is not trusted by a role that trusts everyone', async () => {
    for (const principal of ['*', { AWS: '*' }]) {
      const role = await addRole(acme, trusting({ Principal: principal }));
      await expect(assume(orders.clients.sts, role)).rejects.toMatchObject(denied);
    }
  });

  it('is kept out by a Deny for everyone, though an Allow names it', async () => {
    const role = await addRole(
      acme,
      trusting({ Principal: { Service: orders.principal } }, { Effect: 'Deny', Principal: '*' }),
    );
    await expect(assume(orders.clients.sts, role)).rejects.toMatchObject(denied);
  });

  it('is not another service', async () => {
    const role = await addRole(acme, trusting({ Principal: { Service: 'ec2.amazonaws.com' } }));
    await expect(assume(orders.clients.sts, role)).rejects.toMatchObject(denied);
    const none = role.replace(/role-\d+$/, 'no-such-role');
    await expect(assume(orders.clients.sts, none)).rejects.toMatchObject(denied);
  });
});

/** One service calls another, which asks who it is: the resource's own policy decides. */
describe('a service that calls another', () => {
  let queues: TestService;
  beforeAll(async () => {
    queues = await newService(operator);
  });
  const ask = async (asker: { call: TestService['call'] }, principal: object, source: Record<string, string>) => {
    const { prefix } = queues;
    const signer = new SignatureV4({
      credentials: orders.accessKey,
      region: 'eu-1',
      service: prefix,
      sha256: Sha256,
    });
    const url = { protocol: 'https:', hostname: 'queues.example.com', path: '/' };
    const signed = await signer.sign({ method: 'GET', ...url, headers: { host: url.hostname, ...source } });
    const { method, headers } = signed;
    const condition = { StringEquals: { 'aws:SourceAccount': acme.accountId } };
    const Statement = {
      Effect: 'Allow',
      Principal: principal,
      Action: `${prefix}:Send`,
      Resource: '*',
      Condition: condition,
    };
    const { body } = await asker.call('POST', '/v1/authorize', {
      service: prefix,
      request: { method, url: '/', headers, bodySha256: createHash('sha256').update('').digest('hex') },
      action: { name: `${prefix}:Send` },
      resource: {
        type: 'queue',
        id: `arn:aws:${prefix}:eu-1:${acme.accountId}:queue/1`,
        properties: { policy: JSON.stringify({ Version: '2012-10-17', Statement }) },
      },
    });
    return body as { decision: boolean; principal?: object; error?: { code: string } };
  };
  const source = () => ({ 'x-amz-source-account': acme.accountId });

  it('is its service principal there too, with its source', async () => {
    const named = { Service: orders.principal };
    expect(await ask(queues, named, source())).toMatchObject({
      decision: true,
      principal: { arn: `arn:aws:gatehouse:::service/${orders.prefix}` },
    });
    expect((await ask(queues, named, {})).decision).toBe(false);
    expect((await ask(queues, { Service: queues.principal }, source())).decision).toBe(false);
    // A tenant learns nothing about the key of a service.
    const asTenant = { call: (method: string, path: string, body?: object) => acme.rest.call(method, path, body) };
    expect((await ask(asTenant, named, source())).error?.code).toBe('InvalidClientTokenId');
  });
});

/** Threat: someone who steals a service's key controls the platform. */
describe('the key of a service', () => {
  it('may nothing else', async () => {
    const { iam, sts } = orders.clients;
    await expect(iam.send(new ListUsersCommand({}))).rejects.toMatchObject(denied);
    await expect(iam.send(new CreateUserCommand({ UserName: 'eve' }))).rejects.toMatchObject(denied);
    await expect(sts.send(new GetSessionTokenCommand({}))).rejects.toMatchObject(denied);
    await expect(sts.send(new GetFederationTokenCommand({ Name: 'eve' }))).rejects.toMatchObject(denied);
    await expect(
      sts.send(new GetAccessKeyInfoCommand({ AccessKeyId: acme.accessKey.accessKeyId })),
    ).rejects.toMatchObject(denied);
    for (const [method, path, body] of [
      ['GET', '/v1/accounts'],
      ['GET', '/v1/sessions'],
      ['DELETE', '/v1/sessions'],
      ['GET', '/v1/services'],
      ['GET', '/v1/audit-events'],
      ['POST', '/v1/accounts', { name: 'Eve', email: 'eve@example.com', password: 'Tenant-owner-1234' }],
      ['POST', `/v1/services/${orders.prefix}/access-keys`],
      ['DELETE', `/v1/services/${orders.prefix}`],
      ['PUT', '/v1/platform-policies/Eve', { policyDocument: JSON.stringify(allow('*')) }],
    ] as const) {
      const answer = await orders.call(method, path, body);
      expect([method, path, answer.status, answer.body?.code]).toEqual([method, path, 403, 'AccessDenied']);
    }
  });

  it('may nothing at all of the operations that are not for services', async () => {
    const { paths } = (await operator.rest.get('/docs/openapi.json')).body as { paths: Record<string, object> };
    const allowed = /^\/access\/v1\/|^\/v1\/(?:authorize|assume-role|caller-identity|session)$/;
    for (const path of Object.keys(paths).filter((one) => !allowed.test(one))) {
      if (!('get' in paths[path]!)) continue;
      const answer = await orders.call('GET', path.replace(/\{\w+\}/g, 'x'));
      const isPublic = (paths[path] as { get: { security: unknown[] } }).get.security.length === 0;
      if (!isPublic) expect([path, [400, 401, 403].includes(answer.status)]).toEqual([path, true]);
    }
  });

  it('is rotated without a gap: two at a time, and a deactivated or deleted one ends at once', async () => {
    const service = await newService(operator);
    const keys = `/v1/services/${service.prefix}/access-keys`;
    const { accessKey } = (await operator.rest.post(keys)).body;
    const second = serviceWith(baseUrl, service.prefix, accessKey);
    const works = async ({ clients }: TestService) =>
      clients.sts.send(new GetCallerIdentityCommand({})).then(
        () => true,
        (error: Error) => (error.name === 'InvalidClientTokenId' ? false : Promise.reject(error)),
      );
    expect([await works(service), await works(second)]).toEqual([true, true]);
    const first = `${keys}/${service.accessKey.accessKeyId}`;
    await operator.rest.patch(first, { status: 'Inactive' });
    expect([await works(service), await works(second)]).toEqual([false, true]);
    await operator.rest.patch(first, { status: 'Active' });
    expect(await works(service)).toBe(true);
    await operator.rest.delete(first);
    expect([await works(service), await works(second)]).toEqual([false, true]);
  });
});
