import { RestClient } from '../support/rest-client.js';
import { sharedServer } from '../support/shared-server.js';
import { allow, deny, managementTenant, newTenant, type Tenant } from '../support/tenant.js';

const password = 'Ana-password-1234';

let tenant: Tenant;
let platform: Tenant;
let orderArn: string;

beforeAll(async () => {
  const { baseUrl } = sharedServer();
  tenant = await newTenant(baseUrl);
  platform = await managementTenant(baseUrl);
  orderArn = `arn:aws:orders:eu-1:${tenant.accountId}:order/42`;
});

const question = (subject: object, name: string, extra: object = {}) => ({
  subject,
  action: { name },
  resource: { type: 'order', id: orderArn },
  ...extra,
});
const principal = (id: string) => ({ type: 'principal', id });
const ask = async (body: object, rest = platform.rest) => (await rest.post('/access/v1/evaluation', body)).body;

describe('a platform service asks', () => {
  it('and gets the true answer, with the statement that made it so', async () => {
    const { arn } = await tenant.addUser('buyer', allow('orders:CreateOrder'));
    expect(await ask(question(principal(arn), 'orders:CreateOrder'))).toEqual({
      decision: true,
      context: {
        verdict: 'allowed',
        reason: 'orders:CreateOrder is allowed.',
        statements: [{ policy: 'test', policyType: 'user-inline', index: 0 }],
      },
    });
    expect(await ask(question(principal(arn), 'orders:DeleteOrder'))).toMatchObject({
      decision: false,
      context: {
        verdict: 'implicitDeny',
        reason: expect.stringMatching(/because no identity-based policy allows the orders:DeleteOrder action$/),
      },
    });
  });

  it('and hears of an explicit Deny', async () => {
    const { arn } = await tenant.addUser('banned', deny('orders:*'));
    expect(await ask(question(principal(arn), 'orders:CreateOrder'))).toMatchObject({
      decision: false,
      context: { verdict: 'explicitDeny', statements: [{ policy: 'test' }] },
    });
  });

  it('with circumstances that the policy looks at', async () => {
    const policy = {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Action: 'orders:CreateOrder',
        Resource: '*',
        Condition: { StringEquals: { 'orders:Region': 'eu', 'aws:ResourceTag/team': 'blue' } },
      },
    };
    const { arn } = await tenant.addUser('conditional', policy);
    const subject = principal(arn);
    const withFacts = (region: string, team: string) => ({
      ...question(subject, 'orders:CreateOrder', { context: { 'orders:Region': region } }),
      resource: { type: 'order', id: orderArn, properties: { tags: { team } } },
    });
    expect((await ask(withFacts('eu', 'blue'))).decision).toBe(true);
    expect((await ask(withFacts('us', 'blue'))).decision).toBe(false);
    expect((await ask(withFacts('eu', 'red'))).decision).toBe(false);
  });

  it('about an access token', async () => {
    const { userName } = await tenant.addUser('token-bearer', allow('orders:CreateOrder'));
    await tenant.rest.post(`/v1/users/${userName}/login-profile`, { password });
    const signedIn = await tenant.rest.post('/v1/sign-in', { account: tenant.accountId, userName, password });
    const subject = { type: 'token', id: signedIn.body.accessToken as string };
    expect((await ask(question(subject, 'orders:CreateOrder'))).decision).toBe(true);
    expect((await ask(question({ type: 'token', id: 'made.up.token' }, 'orders:CreateOrder'))).decision).toBe(false);
  });

  it('about nobody, and is told no', async () => {
    const nobody = `arn:aws:iam::${tenant.accountId}:user/nobody`;
    expect(await ask(question(principal(nobody), 'orders:CreateOrder'))).toMatchObject({ decision: false });
  });

  it.each([
    ['a subject that is no ARN', { subject: principal('ana') }, 'InvalidInput'],
    ['a resource that is no ARN', { resource: { type: 'order', id: '42' } }, 'InvalidInput'],
    ['an action without a prefix', { action: { name: 'CreateOrder' } }, 'ValidationError'],
    ['a subject that is a text', { subject: 'ana' }, 'ValidationError'],
    ['an action name that is a number', { action: { name: 1 } }, 'ValidationError'],
    ['no resource', { resource: undefined }, 'ValidationError'],
    ['a resource without an id', { resource: { type: 'order' } }, 'ValidationError'],
    ['a context that is a list', { context: [] }, 'ValidationError'],
  ])('with %s, and is told what is wrong', async (_, change, code) => {
    const body = { ...question(principal(`arn:aws:iam::${tenant.accountId}:root`), 'orders:CreateOrder'), ...change };
    expect(await ask(body)).toMatchObject({ status: 400, code });
  });
});

/** Source: OpenID AuthZEN Authorization API 1.0 §10.1, and the conformance tests of the OpenID Foundation for it. */
describe('the standard', () => {
  it('has members that it does not know ignored, wherever they stand', async () => {
    const { arn } = await tenant.addUser('standard', allow('orders:CreateOrder'));
    const asked = question(principal(arn), 'orders:CreateOrder');
    const answer = await ask({
      ...asked,
      subject: { ...asked.subject, mood: 'good' },
      action: { ...asked.action, properties: { method: 'POST' }, custom: 1 },
      resource: { ...asked.resource, custom: [] },
      context: { 'aws:SourceIp': '192.0.2.1', nested: { any: ['thing', null] }, nothing: null },
      custom: { x: 1 },
    });
    expect(answer.decision).toBe(true);
  });

  it.each([
    ['GET', undefined, 404],
    ['PUT', 'application/json', 404],
    ['POST', 'text/plain', 415],
    ['POST', undefined, 415],
  ])('has %s with content type %s refused', async (method, type, status) => {
    const response = await fetch(`${tenant.baseUrl}/access/v1/evaluation`, {
      method,
      headers: type === undefined ? {} : { 'content-type': type },
      ...(method === 'GET' ? {} : { body: Buffer.from('{}') }),
    });
    expect(response.status).toBe(status);
  });

  it.each(['', '[]', '{', '"text"'])('has the body %s refused', async (body) => {
    const { email, password: secret } = tenant;
    const signedIn = await tenant.rest.post('/v1/sign-in', { email, password: secret });
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      authorization: `Bearer ${signedIn.body.accessToken as string}`,
    };
    const response = await fetch(`${tenant.baseUrl}/access/v1/evaluation`, { method: 'POST', headers, body });
    expect(response.status).toBe(400);
  });

  it('gives the request id back, also with an error', async () => {
    const headers = { 'content-type': 'application/json', 'x-request-id': 'mine-1' };
    const response = await fetch(`${tenant.baseUrl}/access/v1/evaluation`, { method: 'POST', headers, body: '{}' });
    expect([response.status, response.headers.get('x-request-id')]).toEqual([401, 'mine-1']);
  });
});

/** Threat: a tenant asks about, or on behalf of, others. */
describe('a tenant', () => {
  it('may ask about its own principals', async () => {
    const { arn } = await tenant.addUser('own', allow('orders:CreateOrder'));
    expect((await ask(question(principal(arn), 'orders:CreateOrder'), tenant.rest)).decision).toBe(true);
  });

  it("may not ask about another's, by ARN or by token", async () => {
    const neighbour = await newTenant(tenant.baseUrl);
    const { arn } = await tenant.addUser('private', allow('*'));
    expect(await ask(question(principal(arn), 'orders:CreateOrder'), neighbour.rest)).toMatchObject({
      status: 403,
      code: 'AccessDenied',
    });
    const { body } = await neighbour.rest.post('/v1/sign-in', { email: tenant.email, password: tenant.password });
    const subject = { type: 'token', id: body.accessToken as string };
    expect((await ask(question(subject, 'orders:CreateOrder'), neighbour.rest)).decision).toBe(false);
  });

  it('may not ask at all without permission', async () => {
    const { userName } = await tenant.addUser('unprivileged');
    await tenant.rest.post(`/v1/users/${userName}/login-profile`, { password });
    const { body } = await tenant.rest.post('/v1/sign-in', { account: tenant.accountId, userName, password });
    const user = new RestClient(tenant.baseUrl, body.accessToken as string);
    const self = `arn:aws:iam::${tenant.accountId}:user/${userName}`;
    expect(await ask(question(principal(self), 'orders:CreateOrder'), user)).toMatchObject({
      code: 'AccessDenied',
      detail: expect.stringContaining('gatehouse:Evaluate'),
    });
  });

  it('cannot pass circumstances that say who the subject is', async () => {
    const policy = {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Action: 'orders:CreateOrder',
        Resource: '*',
        Condition: { StringEquals: { 'aws:username': 'chief', 'aws:PrincipalTag/role': 'chief' } },
      },
    };
    const { arn } = await tenant.addUser('impostor', policy);
    const context = { 'aws:username': 'chief', 'AWS:UserName': 'chief', 'aws:PrincipalTag/role': 'chief' };
    expect((await ask(question(principal(arn), 'orders:CreateOrder', { context }))).decision).toBe(false);
  });
});
