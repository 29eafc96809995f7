import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Replicas, startReplicas } from '../support/replicas.js';
import { RestClient } from '../support/rest-client.js';
import type { RunningServer } from '../support/server.js';
import { managementTenant, newTenant, type Tenant } from '../support/tenant.js';
import { codesAround, type OathToken, totp, twoCodes } from '../support/totp.js';

const password = 'Ana-password-1234';

let replicas: Replicas;
let here: RunningServer;
let there: RunningServer;
let tenant: Tenant;

beforeAll(async () => {
  replicas = await startReplicas();
  here = await replicas.start();
  there = await replicas.start();
  tenant = await newTenant(here.baseUrl);
}, 180_000);

afterAll(async () => {
  await replicas.stop();
});

/** A user with a password and an authenticator app. */
async function aUser(userName: string) {
  await tenant.rest.post('/v1/users', { userName });
  await tenant.rest.post(`/v1/users/${userName}/login-profile`, { password });
  const { body } = await tenant.rest.post('/v1/virtual-mfa-devices', { virtualMfaDeviceName: userName });
  const { serialNumber, base32StringSeed } = body.virtualMfaDevice as {
    serialNumber: string;
    base32StringSeed: string;
  };
  const seed = Buffer.from(base32StringSeed, 'base64').toString();
  const codes = twoCodes(seed);
  const { status } = await tenant.rest.post('/v1/mfa-devices/enable', { userName, serialNumber, ...codes });
  expect(status).toBe(204);
  const begin = async (server: RunningServer) => {
    const stranger = new RestClient(server.baseUrl);
    const { body: asked } = await stranger.post('/v1/sign-in', { account: tenant.accountId, userName, password });
    const { challengeToken } = asked as { challengeToken: string };
    return (code: string) => stranger.post('/v1/sign-in/mfa', { challengeToken, code });
  };
  return { userName, serialNumber, seed, codes, begin };
}

/** Threat: someone who sees a code signs in with it on another server. */
describe('a code', () => {
  it('is accepted once by all servers together, however many sign-ins show it at the same time', async () => {
    const { seed, begin } = await aUser('ana');
    const answers = await Promise.all([here, there, here, there].map(begin));
    const code = totp(seed, Date.now() + 30_000);
    const statuses = (await Promise.all(answers.map((answer) => answer(code)))).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    for (const status of statuses) expect([200, 401]).toContain(status);
    expect((await (await begin(there))(code)).status).toBe(401);
  });

  it('that enabled the device does not sign in, nor does an older one', async () => {
    const { codes, begin } = await aUser('bob');
    for (const code of [codes.authenticationCode2, codes.authenticationCode1]) {
      expect((await (await begin(there))(code)).status).toBe(401);
    }
  });
});

describe('a device that is taken away', () => {
  it('ends the sessions of its user on every server', async () => {
    const { userName, serialNumber, seed, begin } = await aUser('carol');
    const { body } = await (await begin(there))(totp(seed, Date.now() + 30_000));
    const session = new RestClient(there.baseUrl, body.accessToken as string);
    expect((await session.get('/v1/session')).status).toBe(200);
    expect((await tenant.rest.post('/v1/mfa-devices/deactivate', { userName, serialNumber })).status).toBe(204);
    // Fails through the test's own timeout.
    while ((await session.get('/v1/session')).status === 200) await pause(20);
  });
});

/** Threat: a token is used twice: two accounts on two servers enable it at the same moment. */
describe('a key fob', () => {
  it('is had by one account when several servers are asked at once', async () => {
    const operator = await managementTenant(here.baseUrl);
    const other = await newTenant(there.baseUrl);
    for (const { rest } of [tenant, other]) await rest.post('/v1/users', { userName: 'dave' });
    for (let round = 0; round < 5; round += 1) {
      const token: OathToken = { seed: randomBytes(20), type: 'totp', algorithm: 'sha1', digits: 6 };
      const serialNumber = `GAHT${randomBytes(6).toString('hex')}`;
      const document = `serialNumber,seed\n${serialNumber},${token.seed.toString('hex')}`;
      expect((await operator.rest.post('/v1/hardware-tokens', { format: 'csv', document })).status).toBe(201);
      const input = { userName: 'dave', serialNumber, ...codesAround(token, 0) };
      const attempts = await Promise.all([tenant, other].map(({ rest }) => rest.post('/v1/mfa-devices/enable', input)));
      expect(attempts.map(({ status }) => status).sort()).toEqual([204, 404]);
    }
  });
});
