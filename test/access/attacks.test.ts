import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { RestClient } from '../support/rest-client.js';
import { type RawAwsRequest, sendRaw, signAwsRequest } from '../support/raw-aws-request.js';
import { sharedServer } from '../support/shared-server.js';
import { newTenant, type Tenant } from '../support/tenant.js';

let baseUrl: string;
let tenant: Tenant;
let neighbour: Tenant;

beforeAll(async () => {
  ({ baseUrl } = sharedServer());
  [tenant, neighbour] = await Promise.all([newTenant(baseUrl), newTenant(baseUrl)]);
});

async function answerTo(change: (request: RawAwsRequest) => void, signingDate = new Date()): Promise<string> {
  const request = await signAwsRequest(baseUrl, tenant.accessKey, { Action: 'ListUsers' }, { signingDate });
  change(request);
  const { status, text } = await sendRaw(baseUrl, request);
  return `${status} ${/<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? 'no error'}`;
}

/** Threat: someone in between reads a signed request, and changes, keeps or replays it. */
describe('a signed request', () => {
  it('is answered when it arrives as it was signed', async () => {
    expect(await answerTo(() => undefined)).toBe('200 no error');
  });

  it.each<[string, (request: RawAwsRequest) => void]>([
    ['its body is another', (request) => (request.body = request.body.replace('ListUsers', 'ListGroups'))],
    ['its signature is changed by one digit', (request) => changeSignature(request)],
    ['its path is another', (request) => (request.path = '/?Extra=1')],
    ['its host is another', (request) => (request.headers['host'] = 'iam.evil.test')],
    ['its date is another', (request) => (request.headers['x-amz-date'] = '20200101T000000Z')],
    [
      'a header is added that only a signature could vouch for',
      (request) => (request.headers['x-amz-meta-role'] = 'admin'),
    ],
  ])('is refused when %s', async (_, change) => {
    expect(await answerTo(change)).toBe('403 SignatureDoesNotMatch');
  });

  it('is refused when it is replayed later, or was signed ahead', async () => {
    const minutes = 60_000;
    expect(await answerTo(() => undefined, new Date(Date.now() - 16 * minutes))).toBe('403 SignatureDoesNotMatch');
    expect(await answerTo(() => undefined, new Date(Date.now() + 16 * minutes))).toBe('403 SignatureDoesNotMatch');
  });

  it('is refused when its body is signed for one call and sent with the headers of another', async () => {
    const harmless = await signAwsRequest(baseUrl, tenant.accessKey, { Action: 'ListUsers' });
    const harmful = await signAwsRequest(baseUrl, tenant.accessKey, { Action: 'CreateUser', UserName: 'replayed' });
    const { status, text } = await sendRaw(baseUrl, {
      ...harmless,
      body: harmful.body,
      headers: { ...harmless.headers, 'content-length': String(harmful.body.length) },
    });
    expect([status, text]).toEqual([403, expect.stringContaining('SignatureDoesNotMatch')]);
    expect((await tenant.rest.get('/v1/users/replayed')).status).toBe(404);
  });

  it("is refused under another account's key id, and under one that nobody has", async () => {
    const { secretAccessKey } = tenant.accessKey;
    for (const accessKeyId of [neighbour.accessKey.accessKeyId, 'AKIAQNZGKIQY56JQ7WML', 'AKIAIOSFODNN7EXAMPLE']) {
      const request = await signAwsRequest(baseUrl, { accessKeyId, secretAccessKey }, { Action: 'ListUsers' });
      const { status, text } = await sendRaw(baseUrl, request);
      expect(status).toBe(403);
      expect(text).toMatch(/<Code>(SignatureDoesNotMatch|InvalidClientTokenId)<\/Code>/);
    }
  });

  it('needs a signature made for this service', async () => {
    const request = await signAwsRequest(baseUrl, tenant.accessKey, { Action: 'ListUsers' }, { service: 's3' });
    expect((await sendRaw(baseUrl, request)).text).toContain('SignatureDoesNotMatch');
  });

  it('needs a signature at all', async () => {
    expect(await answerTo((request) => delete request.headers['authorization'])).toBe('403 MissingAuthenticationToken');
  });
});

/** Threat: someone forges an access token, or presents something else as one. */
describe('a forged access token', () => {
  const claims = () => ({ account: tenant.accountId, sid: randomUUID() });
  const statusOf = async (token: string) => {
    const { status, body } = await new RestClient(baseUrl, token).get('/v1/users');
    return [status, body.code];
  };
  const refused = [401, 'InvalidClientTokenId'];
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

  it('without a signature is refused', async () => {
    const payload = { ...claims(), sub: tenant.accountId, iss: baseUrl, aud: baseUrl, iat: 1, exp: 9_999_999_999 };
    expect(await statusOf(`${encode({ alg: 'none', typ: 'at+jwt' })}.${encode(payload)}.`)).toEqual(refused);
  });

  it('signed with a key of the attacker, under a key id of ours, is refused', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const kid = await publishedKeyId();
    const token = await new SignJWT(claims())
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid })
      .setSubject(tenant.accountId)
      .setIssuer(baseUrl)
      .setAudience(baseUrl)
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(privateKey);
    expect(await statusOf(token)).toEqual(refused);
  });

  it('with an HMAC under the public key is refused', async () => {
    const { body } = await new RestClient(baseUrl).get('/.well-known/jwks.json');
    const key = (body.keys as { kid: string; x: string }[])[0]!;
    const payload = { ...claims(), sub: tenant.accountId, iss: baseUrl, aud: baseUrl, iat: 1, exp: 9_999_999_999 };
    const signed = `${encode({ alg: 'HS256', typ: 'at+jwt', kid: key.kid })}.${encode(payload)}`;
    const signature = createHmac('sha256', Buffer.from(key.x, 'base64url')).update(signed).digest('base64url');
    expect(await statusOf(`${signed}.${signature}`)).toEqual(refused);
  });

  it.each(['x', 'a.b.c', '..', `${'a'.repeat(9000)}`])('%.12s is refused', async (token) => {
    const [status] = await statusOf(token);
    expect(status).toBe(401);
  });

  async function publishedKeyId(): Promise<string> {
    const { body } = await new RestClient(baseUrl).get('/.well-known/jwks.json');
    return (body.keys as { kid: string }[])[0]!.kid;
  }
});

/** Threat: a tenant chooses names with a meaning in SQL, XML, JSON, JavaScript or the file system. */
describe('names with a meaning elsewhere', () => {
  const tricky = [
    "'; DROP TABLE users; --",
    '<script>alert(1)</script>',
    '../../etc/passwd',
    '${aws:username}',
    'a\u0000b',
    '%00',
    'é',
    '𝒳',
  ];

  it.each(tricky)('%j is refused as a user name, through both doors, without harm', async (userName) => {
    const rest = await tenant.rest.post('/v1/users', { userName });
    expect(rest.body).toMatchObject({ status: 400, code: 'ValidationError' });
    const request = await signAwsRequest(baseUrl, tenant.accessKey, { Action: 'CreateUser', UserName: userName });
    const { status, text } = await sendRaw(baseUrl, request);
    expect([status, text]).toEqual([400, expect.stringContaining('<Code>ValidationError</Code>')]);
    expect(text).not.toContain('<script>');
  });

  it('are data where anything may be written: a description comes back as it was', async () => {
    const description = `'; DROP TABLE accounts; -- <![CDATA[ ]]> & "quotes" \\ % _ é 𝒳`;
    const policyDocument = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"a:b","Resource":"*"}}';
    const created = await tenant.rest.post('/v1/policies', { policyName: 'described', policyDocument, description });
    const { arn } = created.body.policy as { arn: string };
    expect((await tenant.rest.get(`/v1/policies/one?policyArn=${arn}`)).body.policy.description).toBe(description);
  });

  it('do not reach the prototype of anything', async () => {
    const answer = await fetch(`${baseUrl}/v1/users`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"__proto__":{"userName":"polluted"}}',
    });
    expect(answer.status).toBe(400);
  });
});

function changeSignature(request: RawAwsRequest): void {
  const authorization = request.headers['authorization']!;
  const last = authorization.at(-1);
  request.headers['authorization'] = authorization.slice(0, -1) + (last === '0' ? '1' : '0');
}
