import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { setTimeout as pause } from 'node:timers/promises';
import { type Replicas, startReplicas } from '../support/replicas.js';
import { RestClient } from '../support/rest-client.js';
import { awsClients, allow, newTenant, type Tenant } from '../support/tenant.js';

/** Milliseconds. The limit in docs/faults.md. */
const bound = 3_000;
const rounds = 6;
const password = 'Mallory-password-1234';

let replicas: Replicas;
let baseUrls: string[];
let tenant: Tenant;

beforeAll(async () => {
  replicas = await startReplicas();
  baseUrls = [];
  for (let count = 0; count < 3; count += 1) baseUrls.push((await replicas.start()).baseUrl);
  tenant = await newTenant(baseUrls[0]!);
});
afterAll(() => replicas?.stop());

interface Key {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

async function signedIn(userName: string): Promise<string> {
  const credentials = { account: tenant.accountId, userName, password };
  const { body } = await new RestClient(baseUrls[0]!).post('/v1/sign-in', credentials);
  if (body.status !== 'signedIn') throw new Error(JSON.stringify(body));
  return body.accessToken as string;
}

async function sessionToken(by: RestClient): Promise<Key | undefined> {
  const { status, body } = await by.post('/v1/session-tokens');
  return status === 201 ? (body.credentials as Key) : undefined;
}

const isGoodAt = (baseUrl: string, { accessKeyId, secretAccessKey, sessionToken: token }: Key) =>
  awsClients(baseUrl, { accessKeyId, secretAccessKey, sessionToken: token })
    .sts.send(new GetCallerIdentityCommand({}))
    .then(
      () => true,
      (error: Error) => {
        if (error.name !== 'ExpiredToken') throw error;
        return false;
      },
    );

/**
 * Threat: the thief of a session requests temporary credentials as fast as possible, on replicas that were not notified
 * of the revocation, so that some were issued after it.
 */
it('nothing that a stolen session was exchanged for outlives its revocation, wherever and whenever it was made', async () => {
  for (let round = 0; round < rounds; round += 1) {
    const userName = `mallory-${round}`;
    await tenant.addUser(userName, allow('sts:*'));
    await tenant.rest.post(`/v1/users/${userName}/login-profile`, { password });
    const accessToken = await signedIn(userName);
    const made: Key[] = [];
    let isOver = false;
    const thieves = baseUrls.map(async (baseUrl) => {
      const session = new RestClient(baseUrl, accessToken);
      while (!isOver) {
        const key = await sessionToken(session);
        if (key) made.push(key);
      }
    });
    while (made.length < 30) await pause(10);
    const by = new RestClient(baseUrls[round % 3]!, (await ownerToken()) as string);
    expect((await by.post(`/v1/users/${userName}/revoke-sessions`)).status).toBe(204);
    const acknowledgedAt = performance.now();
    await pause(200);
    isOver = true;
    await Promise.all(thieves);
    await pause(Math.max(0, bound - (performance.now() - acknowledgedAt)));
    const newest = made.slice(-25);
    const good = await Promise.all(baseUrls.flatMap((baseUrl) => newest.map((key) => isGoodAt(baseUrl, key))));
    expect(good.filter(Boolean)).toEqual([]);
    // The owner can continue immediately, everywhere.
    const again = (await sessionToken(new RestClient(baseUrls[0]!, await signedIn(userName))))!;
    expect(await Promise.all(baseUrls.map((baseUrl) => isGoodAt(baseUrl, again)))).toEqual([true, true, true]);
  }
}, 120_000);

async function ownerToken(): Promise<unknown> {
  const { email, password: own } = tenant;
  return (await new RestClient(baseUrls[0]!).post('/v1/sign-in', { email, password: own })).body.accessToken;
}
