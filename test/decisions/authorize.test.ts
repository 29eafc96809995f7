import { createHash } from 'node:crypto';
import { GetSessionTokenCommand } from '@aws-sdk/client-sts';
import { type RawAwsRequest, signAwsRequest } from '../support/raw-aws-request.js';
import { RestClient } from '../support/rest-client.js';
import { rootUser } from '../support/server.js';
import { sharedServer } from '../support/shared-server.js';
import { allow, newTenant, signIn, type Tenant, type TestUser } from '../support/tenant.js';

let tenant: Tenant;
let platform: RestClient;
let buyer: TestUser;

beforeAll(async () => {
  const { baseUrl } = sharedServer();
  tenant = await newTenant(baseUrl);
  platform = await signIn(baseUrl, rootUser.email, rootUser.password);
  buyer = await tenant.addUser('buyer', allow('orders:CreateOrder'));
});

const sign = (accessKey = buyer.accessKey, options: { signingDate?: Date; service?: string } = {}) =>
  signAwsRequest('http://orders.example.test', accessKey, { item: 'book' }, { service: 'orders', ...options });

const authorize = async (signed: RawAwsRequest, extra: object = {}, rest = platform) => {
  const { method, path: url, headers, body } = signed;
  const bodySha256 = createHash('sha256').update(body).digest('hex');
  const answer = await rest.post('/v1/authorize', {
    service: 'orders',
    request: { method, url, headers, bodySha256 },
    action: { name: 'orders:CreateOrder' },
    resource: { type: 'order', id: `arn:aws:orders:eu-1:${tenant.accountId}:order/1` },
    ...extra,
  });
  return answer.body;
};

describe('a service that received a signed request', () => {
  it('hears in one call who signed it and whether they may', async () => {
    const signed = await sign();
    const { arn, accessKey } = buyer;
    const principal = { arn, accountId: tenant.accountId, accessKeyId: accessKey.accessKeyId };
    expect(await authorize(signed)).toMatchObject({ decision: true, principal, context: { verdict: 'allowed' } });
    expect(await authorize(signed, { action: { name: 'orders:DeleteOrder' } })).toMatchObject({
      decision: false,
      principal,
      context: { verdict: 'implicitDeny' },
    });
  });

  it('hears of temporary credentials too, and not without their token', async () => {
    const { Credentials } = await buyer.sts.send(new GetSessionTokenCommand({}));
    const key = { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey! };
    const signed = await sign({ ...key, sessionToken: Credentials!.SessionToken! });
    expect(await authorize(signed)).toMatchObject({ decision: true, principal: { arn: buyer.arn } });
    expect(await authorize(await sign(key))).toMatchObject({ error: { code: 'InvalidClientTokenId' } });
  });
});

/** Threat: a client, or a service in between, extends what a signature covers. */
describe('a signature is no good', () => {
  const refused = (code: string) => ({ decision: false, error: { code, message: expect.any(String) } });

  it('for another body, path, method or header', async () => {
    const signed = await sign();
    for (const change of [
      { body: 'item=car' },
      { path: '/other' },
      { method: 'DELETE' },
      { headers: { ...signed.headers, host: 'evil.example.test' } },
    ]) {
      expect(await authorize({ ...signed, ...change })).toEqual(refused('SignatureDoesNotMatch'));
    }
  });

  it('when it was made with another secret', async () => {
    const forged = await sign({ ...buyer.accessKey, secretAccessKey: 'x'.repeat(40) });
    expect(await authorize(forged)).toEqual(refused('SignatureDoesNotMatch'));
  });

  it('outside its fifteen minutes', async () => {
    for (const minutes of [-16, 16]) {
      const signingDate = new Date(Date.now() + minutes * 60_000);
      expect(await authorize(await sign(buyer.accessKey, { signingDate }))).toEqual(refused('SignatureDoesNotMatch'));
    }
  });

  it('for a service it was not meant for', async () => {
    expect(await authorize(await sign(buyer.accessKey, { service: 'billing' }))).toEqual(
      refused('SignatureDoesNotMatch'),
    );
  });

  it('when there is none', async () => {
    const { headers, ...signed } = await sign();
    delete headers['authorization'];
    expect(await authorize({ ...signed, headers })).toEqual(refused('MissingAuthenticationToken'));
  });
});

/** Threat: a tenant learns about keys or permissions of others. */
describe('a tenant that asks', () => {
  it('hears of its own principals', async () => {
    expect(await authorize(await sign(), {}, tenant.rest)).toMatchObject({ decision: true });
  });

  it("hears the same of another's key, good or forged", async () => {
    const neighbour = await newTenant(tenant.baseUrl);
    const good = await authorize(await sign(), {}, neighbour.rest);
    const forged = await authorize(
      await sign({ ...buyer.accessKey, secretAccessKey: 'x'.repeat(40) }),
      {},
      neighbour.rest,
    );
    expect(good).toMatchObject({ decision: false, error: { code: 'InvalidClientTokenId' } });
    expect(forged).toEqual(good);
  });

  it('needs gatehouse:Evaluate', async () => {
    const password = 'Ana-password-1234';
    const { userName } = await tenant.addUser('unprivileged');
    await tenant.rest.post(`/v1/users/${userName}/login-profile`, { password });
    const { body } = await tenant.rest.post('/v1/sign-in', { account: tenant.accountId, userName, password });
    const user = new RestClient(tenant.baseUrl, body.accessToken as string);
    expect(await authorize(await sign(), {}, user)).toMatchObject({
      code: 'AccessDenied',
      detail: expect.stringContaining('gatehouse:Evaluate'),
    });
    const stranger = await fetch(`${tenant.baseUrl}/v1/authorize`, { method: 'POST' });
    expect(stranger.status).toBe(401);
  });
});
