import { newService, signedCall } from '../support/services.js';
import { sharedServer } from '../support/shared-server.js';
import { allow, deny, managementTenant, newTenant, type Tenant } from '../support/tenant.js';

let tenant: Tenant;
let platform: Tenant;

beforeAll(async () => {
  platform = await managementTenant(sharedServer().baseUrl);
});
beforeEach(async () => {
  tenant = await newTenant(sharedServer().baseUrl);
});

const order = (number: number, { accountId } = tenant) => `arn:aws:orders:eu-1:${accountId}:order/${number}`;
const path = (arn: string) => `/v1/resource-policies/${encodeURIComponent(arn)}`;
const policyFor = (effect: string, principal: object | string, action = 'orders:GetOrder') =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Sid: 'Shared', Effect: effect, Principal: principal, Action: action, Resource: '*' }],
  });
const put = (arn: string, policyDocument: string, { rest } = tenant) =>
  rest.put(path(arn), { resourceType: 'order', policyDocument });
const ask = async (principal: string, arn: string, { rest } = platform) => {
  const subject = { type: 'principal', id: principal };
  const body = { subject, action: { name: 'orders:GetOrder' }, resource: { type: 'order', id: arn } };
  return (await rest.post('/access/v1/evaluation', body)).body;
};

describe('a stored resource policy', () => {
  it('is written, read, listed, replaced and taken away', async () => {
    const first = policyFor('Allow', '*');
    const { status, body } = await put(order(1), first);
    expect(status).toBe(200);
    expect(body.resourcePolicy).toMatchObject({
      resourceArn: order(1),
      resourceType: 'order',
      policyDocument: JSON.parse(first) as object,
      createDate: expect.any(String),
    });
    await put(order(2), first);
    await tenant.rest.put(path(`arn:aws:orders:eu-1:${tenant.accountId}:invoice/1`), {
      resourceType: 'invoice',
      policyDocument: JSON.parse(first) as object,
    });

    const listed = await tenant.rest.get('/v1/resource-policies?resourceType=order&maxItems=1');
    expect(listed.body).toMatchObject({ resourcePolicies: [{ resourceArn: order(1) }], isTruncated: true });
    const marker = encodeURIComponent(listed.body.marker as string);
    const rest = await tenant.rest.get(`/v1/resource-policies?resourceType=order&maxItems=1&marker=${marker}`);
    expect(rest.body).toMatchObject({ resourcePolicies: [{ resourceArn: order(2) }], isTruncated: false });

    const second = policyFor('Deny', '*');
    await put(order(1), second);
    expect((await tenant.rest.get(path(order(1)))).body.resourcePolicy.policyDocument).toEqual(JSON.parse(second));

    expect((await tenant.rest.delete(path(order(1)))).status).toBe(204);
    expect((await tenant.rest.get(path(order(1)))).body).toMatchObject({ status: 404, code: 'NoSuchEntity' });
    expect((await tenant.rest.delete(path(order(1)))).body).toMatchObject({ code: 'NoSuchEntity' });
  });

  it('decides from the moment it is there to the moment it is gone', async () => {
    const { arn } = await tenant.addUser('ana');
    expect(await ask(arn, order(1))).toMatchObject({ decision: false });
    await put(order(1), policyFor('Allow', { AWS: arn }));
    expect(await ask(arn, order(1))).toMatchObject({
      decision: true,
      context: { statements: [{ policy: order(1), policyType: 'resource', sid: 'Shared' }] },
    });
    expect(await ask(arn, order(2))).toMatchObject({ decision: false });
    await tenant.rest.delete(path(order(1)));
    expect(await ask(arn, order(1))).toMatchObject({ decision: false });
  });

  it('denies what an identity-based policy allows', async () => {
    const { arn } = await tenant.addUser('ana', allow('orders:*'));
    expect(await ask(arn, order(1))).toMatchObject({ decision: true });
    await put(order(1), policyFor('Deny', '*'));
    expect(await ask(arn, order(1))).toMatchObject({ decision: false, context: { verdict: 'explicitDeny' } });
  });

  it('gives way to the one in the question', async () => {
    const { arn } = await tenant.addUser('ana', allow('orders:*'));
    await put(order(1), policyFor('Deny', '*'));
    const resource = { type: 'order', id: order(1), properties: { policy: policyFor('Allow', { AWS: arn }) } };
    const body = { subject: { type: 'principal', id: arn }, action: { name: 'orders:GetOrder' }, resource };
    expect((await platform.rest.post('/access/v1/evaluation', body)).body.decision).toBe(true);
  });

  it('lets in another account, which must allow it too', async () => {
    const other = await newTenant(tenant.baseUrl);
    const { arn: allowed } = await other.addUser('allowed', allow('orders:GetOrder'));
    const { arn: notAllowed } = await other.addUser('not-allowed');
    await put(order(1), policyFor('Allow', { AWS: `arn:aws:iam::${other.accountId}:root` }));
    expect(await ask(allowed, order(1))).toMatchObject({ decision: true });
    expect(await ask(notAllowed, order(1))).toMatchObject({ decision: false });
  });

  /** Threat: a new user with the name of a deleted one gets what was shared with the deleted one. */
  it('does not mean a user made anew under the same name', async () => {
    const { arn } = await tenant.addUser('ana');
    await put(order(1), policyFor('Allow', { AWS: arn }));
    expect(await ask(arn, order(1))).toMatchObject({ decision: true });
    const keys = (await tenant.rest.get('/v1/access-keys?userName=ana')).body.accessKeyMetadata as {
      accessKeyId: string;
    }[];
    for (const { accessKeyId } of keys) await tenant.rest.delete(`/v1/access-keys/${accessKeyId}?userName=ana`);
    expect((await tenant.rest.delete('/v1/users/ana')).status).toBe(204);
    await tenant.addUser('ana');
    expect(await ask(arn, order(1))).toMatchObject({ decision: false });
  });

  it.each([
    ['no JSON', 'nonsense', 'MalformedPolicyDocument'],
    ['no principal', JSON.stringify(allow('orders:*')), 'MalformedPolicyDocument'],
    [
      'a principal that is not there',
      policyFor('Allow', { AWS: 'arn:aws:iam::999999999999:user/x' }),
      'MalformedPolicyDocument',
    ],
    [
      'an ARN that lacks fields',
      policyFor('Allow', '*').replace('"Resource":"*"', '"Resource":"arn:aws:orders"'),
      'MalformedPolicyDocument',
    ],
    ['more than 20,480 characters', policyFor('Allow', '*', `orders:${'x'.repeat(21_000)}`), 'LimitExceeded'],
  ])('with %s is refused', async (_, document, code) => {
    expect((await put(order(1), document)).body).toMatchObject({ code });
    expect((await tenant.rest.get('/v1/resource-policies')).body.resourcePolicies).toEqual([]);
  });

  it.each([
    ['of no account', () => 'arn:aws:s3:::bucket'],
    ['of IAM', () => `arn:aws:iam::${tenant.accountId}:role/x`],
    ['of another partition', () => `arn:aws-cn:orders:eu-1:${tenant.accountId}:order/1`],
  ])('of a resource %s is refused', async (_, arn) => {
    expect((await put(arn(), policyFor('Allow', '*'))).body).toMatchObject({ status: 400, code: 'InvalidInput' });
  });
});

/** Threat: a tenant accesses resources of others. */
describe('a tenant', () => {
  it("may not write, read, list or take away the policies of another's resources", async () => {
    const victim = await newTenant(tenant.baseUrl);
    await put(order(1, victim), policyFor('Allow', { AWS: victim.accountId }), victim);
    const denied = { status: 403, code: 'AccessDenied' };
    expect((await put(order(1, victim), policyFor('Allow', '*'))).body).toMatchObject(denied);
    expect((await tenant.rest.get(path(order(1, victim)))).body).toMatchObject(denied);
    expect((await tenant.rest.delete(path(order(1, victim)))).body).toMatchObject(denied);
    // The response does not reveal whether there is a policy.
    expect((await tenant.rest.get(path(order(2, victim)))).body).toMatchObject(denied);
    const listed = await tenant.rest.get(`/v1/resource-policies?accountId=${victim.accountId}`);
    expect(listed.body.resourcePolicies).toEqual([]);
  });

  it("does not learn by asking what another's resource policy says", async () => {
    const victim = await newTenant(tenant.baseUrl);
    const { arn } = await tenant.addUser('spy', allow('orders:*'));
    await put(order(1, victim), policyFor('Allow', { AWS: tenant.accountId }), victim);
    expect(await ask(arn, order(1, victim))).toMatchObject({ decision: true });
    expect(await ask(arn, order(1, victim), tenant)).toMatchObject({ decision: false });
  });

  it('needs permission on the ARN of the resource', async () => {
    const { accessKey } = await tenant.addUser('clerk', {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'gatehouse:*ResourcePolicy', Resource: order(1) }],
    });
    const body = { resourceType: 'order', policyDocument: policyFor('Allow', '*') };
    expect((await signedCall(tenant.baseUrl, accessKey, 'PUT', path(order(1)), body)).status).toBe(200);
    expect((await signedCall(tenant.baseUrl, accessKey, 'PUT', path(order(2)), body)).status).toBe(403);
  });
});

describe('the management account', () => {
  it('looks after the policies of every account', async () => {
    expect((await put(order(1), policyFor('Allow', '*'), platform)).status).toBe(200);
    const listed = await platform.rest.get(`/v1/resource-policies?accountId=${tenant.accountId}`);
    expect(listed.body.resourcePolicies).toMatchObject([{ resourceArn: order(1) }]);
    expect((await tenant.rest.get(path(order(1)))).status).toBe(200);
    expect((await platform.rest.delete(path(order(1)))).status).toBe(204);
  });

  it('hears that there is no such account', async () => {
    const nowhere = 'arn:aws:orders:eu-1:000000000000:order/1';
    expect((await put(nowhere, policyFor('Allow', '*'), platform)).body).toMatchObject({ code: 'NoSuchEntity' });
  });
});

describe('a service of the platform', () => {
  it('looks after the policies of its own resources, in every account', async () => {
    const service = await newService(platform);
    const body = { resourceType: 'order', policyDocument: policyFor('Allow', '*') };
    const own = `arn:aws:${service.prefix}:eu-1:${tenant.accountId}:order/1`;
    expect((await service.call('PUT', path(own), body)).status).toBe(200);
    expect((await service.call('GET', path(own))).status).toBe(200);
    expect((await service.call('DELETE', path(own))).status).toBe(204);
    expect((await service.call('PUT', path(order(1)), body)).body).toMatchObject({ status: 403, code: 'AccessDenied' });
    expect((await service.call('GET', '/v1/resource-policies')).status).toBe(403);
  });
});

/** Source: OpenID AuthZEN Authorization API 1.0 §8.5. */
describe('resource search', () => {
  const search = async (subject: string, extra: object = {}, { rest } = platform) => {
    const body = {
      subject: { type: 'principal', id: subject },
      action: { name: 'orders:GetOrder' },
      resource: { type: 'order', id: 'ignored' },
      ...extra,
    };
    return (await rest.post('/access/v1/search/resource', body)).body;
  };

  it('finds the resources with a policy that the subject may act on, page by page', async () => {
    const { arn } = await tenant.addUser('ana');
    const { arn: nobody } = await tenant.addUser('nobody');
    for (const number of [1, 2, 3, 4]) {
      await put(order(number), policyFor(number === 2 ? 'Deny' : 'Allow', { AWS: arn }));
    }
    const all = await search(arn);
    expect(all).toEqual({
      page: { next_token: '', count: 3 },
      results: [1, 3, 4].map((number) => ({ type: 'order', id: order(number) })),
    });
    const found: unknown[] = [];
    let token: string | undefined = '';
    do {
      const { results, page } = await search(arn, { page: { token, limit: 1 } });
      found.push(...results);
      token = page.next_token;
    } while (token);
    expect(found).toEqual(all.results);
    expect((await search(nobody)).results).toEqual([]);
    expect((await search(arn, { resource: { type: 'invoice' } })).results).toEqual([]);
  });

  it("is denied about another tenant's principal", async () => {
    const other = await newTenant(tenant.baseUrl);
    const { arn } = await tenant.addUser('ana');
    expect(await search(arn, {}, other)).toMatchObject({ status: 403, code: 'AccessDenied' });
  });

  it('is denied without permission', async () => {
    const { arn, accessKey } = await tenant.addUser('ana', deny('gatehouse:Evaluate'));
    const body = {
      subject: { type: 'principal', id: arn },
      action: { name: 'orders:GetOrder' },
      resource: { type: 'order' },
    };
    const answer = await signedCall(tenant.baseUrl, accessKey, 'POST', '/access/v1/search/resource', body);
    expect(answer.status).toBe(403);
  });
});
