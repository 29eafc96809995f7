import { request as httpRequest } from 'node:http';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { sharedServer } from '../support/shared-server.js';
import { allow, newTenant, type Tenant, type TestUser } from '../support/tenant.js';

/**
 * Threat: a signature for one operation runs another one, because the signer and the router interpret the URL
 * differently.
 */

let tenant: Tenant;
let user: TestUser;

beforeAll(async () => {
  tenant = await newTenant(sharedServer().baseUrl);
  user = await tenant.addUser('ana', allow('*'));
  await tenant.rest.post('/v1/groups', { groupName: 'g1' });
  await tenant.rest.put('/v1/groups/g1/users/ana');
  for (const name of ['a+b', 'a@b']) await tenant.rest.post('/v1/users', { userName: name });
});

/** Signs path and query as given, then sends another URL, or the same. */
async function signedCall(method: string, path: string, query: Record<string, string>, sent?: string) {
  const { hostname, port, host } = new URL(tenant.baseUrl);
  const signer = new SignatureV4({ credentials: user.accessKey, region: 'us-east-1', service: 'iam', sha256: Sha256 });
  const { headers } = await signer.sign({
    method,
    protocol: 'http:',
    hostname,
    port: Number(port),
    path,
    query,
    headers: { host },
  });
  const encoded = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return send(method, sent ?? path + (encoded.length > 0 ? `?${encoded.join('&')}` : ''), headers);
}

/** fetch would normalize the URL. */
function send(method: string, path: string, headers: Record<string, string>) {
  const { hostname, port } = new URL(tenant.baseUrl);
  return new Promise<{ status: number; body: Record<string, unknown> }>((resolve, reject) => {
    const outgoing = httpRequest({ hostname, port, method, path, headers }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      incoming.on('end', () => {
        const isJson = incoming.headers['content-type']?.includes('json') === true;
        const body = isJson && text !== '' ? (JSON.parse(text) as Record<string, unknown>) : {};
        resolve({ status: incoming.statusCode ?? 0, body });
      });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

it.each([
  '/v1/groups/g1/users/..',
  '/v1/groups/g1/users/ana/..',
  '/v1/groups/g1/users/%2e%2e',
  '/v1/groups/g1/users/.%2E',
  '/v1/groups/g1/./users/ana',
  '/v1//groups/g1',
  '/v1/groups//g1',
  '/v1/groups/g1/users/ana%2F..',
  '/v1/groups/g1%00',
  '/v1/groups/%ff',
])('refuses %s, whatever was signed', async (path) => {
  for (const method of ['GET', 'DELETE', 'PUT']) {
    for (const signedPath of [path, '/v1/groups/g1', '/v1/groups', '/v1/groups/g1/users/ana']) {
      const { status, body } = await signedCall(method, signedPath, {}, path);
      expect([status, body['code']]).toEqual([400, 'MalformedRequest']);
    }
  }
  expect((await tenant.rest.get('/v1/groups/g1')).body).toMatchObject({ users: [{ userName: 'ana' }] });
});

it('reads a plus in a query as the signature does', async () => {
  const path = '/v1/users';
  const names = ({ body }: { body: Record<string, unknown> }) =>
    (body['users'] as { userName: string }[]).map(({ userName }) => userName);
  const ok = await signedCall('GET', path, { pathPrefix: '/' });
  expect(names(ok)).toContain('a+b');
  // Signed with a plus, sent with a space, and vice versa.
  const marker = 'a+b';
  for (const sent of ['?marker=a+b', '?marker=a%20b']) {
    expect((await signedCall('GET', path, { marker }, path + sent)).body).toMatchObject({
      code: 'SignatureDoesNotMatch',
    });
  }
  const changed = await signedCall('GET', path, { marker: 'a b' }, `${path}?marker=a%2Bb`);
  expect(changed.body).toMatchObject({ code: 'SignatureDoesNotMatch' });
});

it.each(['a+b', 'a@b'])('runs what was signed for the name %s', async (name) => {
  for (const path of [`/v1/users/${name}`, `/v1/users/${encodeURIComponent(name)}`]) {
    expect((await signedCall('GET', path, {})).body).toMatchObject({ user: { userName: name } });
  }
});

it('takes presigned URLs, for just what was signed', async () => {
  const { hostname, port, host } = new URL(tenant.baseUrl);
  const signer = new SignatureV4({ credentials: user.accessKey, region: 'us-east-1', service: 'iam', sha256: Sha256 });
  const request = { protocol: 'http:', hostname, port: Number(port), headers: { host } };
  const presigned = async (path: string, query: Record<string, string>) => {
    const signed = await signer.presign({ ...request, method: 'GET', path, query }, { expiresIn: 60 });
    const parameters = new URLSearchParams(signed.query as Record<string, string>);
    return `${tenant.baseUrl}${path}?${parameters.toString()}`;
  };
  const url = await presigned('/v1/users', { pathPrefix: '/', maxItems: '1' });
  const answer = await fetch(url);
  expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ isTruncated: true })]);
  for (const changed of [
    url.replace('maxItems=1', 'maxItems=2'),
    url.replace('/v1/users', '/v1/groups'),
    `${url}&x=1`,
  ]) {
    expect((await fetch(changed)).status).toBe(401);
  }
  expect((await fetch(url, { method: 'DELETE' })).status).toBe(404);
});
