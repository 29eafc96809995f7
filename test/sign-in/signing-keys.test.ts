import { decodeProtectedHeader } from 'jose';
import { type Replicas, startReplicas } from '../support/replicas.js';
import { RestClient } from '../support/rest-client.js';
import type { RunningServer } from '../support/server.js';
import { newTenant, type Tenant } from '../support/tenant.js';

/**
 * The life cycle of the keys that sign access tokens. Time passes by making the keys older in the database; a replica
 * maintains them at startup, as each does every few minutes.
 */
let replicas: Replicas;
let tenant: Tenant;
let current: RunningServer;
let firstKey: string;
let firstToken: string;

beforeAll(async () => {
  replicas = await startReplicas();
  current = await startReplica();
  tenant = await newTenant(current.baseUrl);
  firstToken = await newToken();
  firstKey = keyOf(firstToken);
});
afterAll(() => replicas?.stop());

const startReplica = () => replicas.start({ GATEHOUSE_ACCESS_TOKEN_SECONDS: '600', GATEHOUSE_SIGNING_KEY_DAYS: '30' });
const keyOf = (token: string) => decodeProtectedHeader(token).kid!;
const isSignedIn = async (token: string) =>
  (await new RestClient(current.baseUrl, token).get('/v1/session')).status === 200;

async function newToken(): Promise<string> {
  const { email, password } = tenant;
  return (await new RestClient(current.baseUrl).post('/v1/sign-in', { email, password })).body.accessToken as string;
}

async function publishedKeys(): Promise<string[]> {
  const { body } = await new RestClient(current.baseUrl).get('/.well-known/jwks.json');
  const { keys } = body as { keys: { kid: string; d?: string }[] };
  expect(keys.every(({ d }) => d === undefined)).toBe(true);
  return keys.map(({ kid }) => kid);
}

async function minutesPass(minutes: number): Promise<void> {
  await replicas.database.query(`UPDATE signing_keys SET created_at = created_at - $1 * interval '1 minute'`, [
    minutes,
  ]);
  current = await startReplica();
}

/** Threat: a correctly signed token for another issuer, as when two installations share a key. */
it('a token of another issuer is refused, although the key is the right one', async () => {
  const elsewhere = await replicas.start({ GATEHOUSE_PUBLIC_URL: 'http://elsewhere.test' });
  const { email, password } = tenant;
  const { body } = await new RestClient(elsewhere.baseUrl).post('/v1/sign-in', { email, password });
  const token = body.accessToken as string;
  expect(keyOf(token)).toBe(firstKey);
  expect((await new RestClient(elsewhere.baseUrl, token).get('/v1/session')).status).toBe(200);
  expect(await isSignedIn(token)).toBe(false);
});

it('a new key is published before it signs, and what the old one signed stays good', async () => {
  expect(await publishedKeys()).toEqual([firstKey]);
  await minutesPass(30 * 24 * 60);
  expect(await publishedKeys()).toEqual([firstKey, expect.any(String)]);
  expect(keyOf(await newToken())).toBe(firstKey);
  expect(await isSignedIn(firstToken)).toBe(true);
});

it('then the new key signs, for every replica', async () => {
  const [, secondKey] = await publishedKeys();
  const before = current;
  await minutesPass(16);
  const token = await newToken();
  expect(keyOf(token)).toBe(secondKey);
  expect(await isSignedIn(firstToken)).toBe(true);
  expect((await new RestClient(before.baseUrl, token).get('/v1/session')).status).toBe(200);
});

/** Threat: a key that leaked long ago is still accepted. */
it('when the last token of the old key has expired it is retired, and signs for nobody', async () => {
  await minutesPass(16);
  expect(await publishedKeys()).not.toContain(firstKey);
  expect(await isSignedIn(firstToken)).toBe(false);
  expect(await isSignedIn(await newToken())).toBe(true);
});
