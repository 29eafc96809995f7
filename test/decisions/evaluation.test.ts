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
    ['a member that the standard does not have', { subjects: [] }, 'ValidationError'],
  ])('with %s, and is told what is wrong', async (_, change, code) => {
    const body = { ...question(principal(`arn:aws:iam::${tenant.accountId}:root`), 'orders:CreateOrder'), ...change };
    expect(await ask(body)).toMatchObject({ status: 400, code });
  });
});

/** Threat: a tenant asks about, or speaks for, others. */
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
