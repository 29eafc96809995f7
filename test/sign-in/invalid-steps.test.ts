import { randomBytes, randomUUID } from 'node:crypto';
import { localOrigin, SoftwareAuthenticator } from '../support/authenticator.js';
import type { RestClient } from '../support/rest-client.js';
import { type RunningServer, startServer } from '../support/server.js';
import { managementTenant, newTenant, type Tenant } from '../support/tenant.js';

/** Threat: tokens of steps and passkeys are tried unseen, or without end. */

let server: RunningServer;
let tenant: Tenant;
let management: Tenant;

beforeAll(async () => {
  server = await startServer({ environment: { GATEHOUSE_TRUST_PROXY: '127.0.0.1' } });
  tenant = await newTenant(server.baseUrl);
  management = await managementTenant(server.baseUrl);
});
afterAll(() => server?.stop());

async function post(path: string, body: object, address: string) {
  const response = await fetch(server.baseUrl + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address, 'user-agent': 'Prober/1.0' },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as { code?: string } };
}

interface Event {
  readonly outcome: string;
  readonly reason?: string;
  readonly sourceIp: string;
  readonly userAgent: string;
}

async function eventsFrom(rest: RestClient, operation: string, address: string): Promise<Event[]> {
  const { events } = (await rest.get(`/v1/audit-events?operation=${operation}&maxItems=1000`)).body;
  return (events as Event[]).filter(({ sourceIp }) => sourceIp === address);
}

const noSuchStep = (accountId: string) => `${accountId}.${randomUUID()}.${randomBytes(32).toString('base64url')}`;
const noSuchAccount = '000000000000';

describe.each([
  ['gatehouse:SignInWithMfa', '/v1/sign-in/mfa', { code: '123456' }],
  ['gatehouse:SignInWithNewPassword', '/v1/sign-in/password', { newPassword: 'Another-password-5678' }],
])('%s with the token of no step', (operation, path, answer) => {
  const address = `198.18.4.${path.length}`;

  it('is refused alike whatever the token says, and noted in the log of the account, or the operator', async () => {
    const tokens = [noSuchStep(tenant.accountId), noSuchStep(noSuchAccount), 'no token at all'];
    for (const challengeToken of tokens) {
      const { status, body } = await post(path, { challengeToken, ...answer }, address);
      expect([status, body.code]).toEqual([401, 'SignInFailed']);
    }
    const noted = {
      outcome: 'failed',
      reason: 'The step is over or was never begun',
      userAgent: 'Prober/1.0',
      sourceIp: address,
    };
    expect(await eventsFrom(tenant.rest, operation, address)).toEqual([expect.objectContaining(noted)]);
    const operators = await eventsFrom(management.rest, operation, address);
    expect(operators).toEqual([expect.objectContaining(noted), expect.objectContaining(noted)]);
  });

  it('is made to wait when one address goes on, and nobody else', async () => {
    const guess = () => post(path, { challengeToken: noSuchStep(tenant.accountId), ...answer }, `${address}0`);
    for (let burst = 0; burst < 6; burst += 1) await Promise.all(Array.from({ length: 20 }, guess));
    const held = await guess();
    expect([held.status, held.body.code]).toEqual([429, 'Throttling']);
    expect(Number(held.headers.get('retry-after'))).toBeGreaterThan(0);
    const other = await post(path, { challengeToken: noSuchStep(tenant.accountId), ...answer }, address);
    expect(other.status).toBe(401);
    const reasons = (await eventsFrom(tenant.rest, operation, `${address}0`)).map(({ reason }) => reason);
    expect(reasons).toContain('Too many failed attempts');
  });
});

describe('a passkey of nobody', () => {
  const path = '/v1/sign-in/passkey';
  const operation = 'gatehouse:SignInWithPasskey';

  async function guess(address: string) {
    const begun = await fetch(`${server.baseUrl}${path}/options`, { method: 'POST' });
    const { challengeToken, credentialOptions } = (await begun.json()) as {
      challengeToken: string;
      credentialOptions: { challenge: string };
    };
    const key = new SoftwareAuthenticator('localhost', localOrigin(server.baseUrl));
    const handle = Buffer.from(`${tenant.accountId}/${tenant.accountId}`).toString('base64url');
    return post(path, { challengeToken, credential: key.get(credentialOptions, handle) }, address);
  }

  it('with a challenge that was never given is noted', async () => {
    const key = new SoftwareAuthenticator('localhost', localOrigin(server.baseUrl));
    const credential = key.get({ challenge: randomBytes(32).toString('base64url') }, 'bm9ib2R5');
    expect((await post(path, { challengeToken: 'made up', credential }, '198.18.5.1')).status).toBe(401);
    expect(await eventsFrom(management.rest, operation, '198.18.5.1')).toEqual([
      expect.objectContaining({ reason: 'The step is over or was never begun', userAgent: 'Prober/1.0' }),
    ]);
  });

  it('is made to wait when one address goes on, and nobody else; all of it is noted', async () => {
    let answers: Awaited<ReturnType<typeof guess>>[] = [await guess('198.18.5.2')];
    expect(answers.map(({ status }) => status)).toEqual([401]);
    for (let burst = 0; burst < 8 && answers.every(({ status }) => status === 401); burst += 1) {
      answers = await Promise.all(Array.from({ length: 20 }, () => guess('198.18.5.2')));
    }
    expect(answers.find(({ status }) => status === 429)?.body.code).toBe('Throttling');
    expect((await guess('198.18.5.3')).status).toBe(401);
    const noted = await eventsFrom(tenant.rest, operation, '198.18.5.2');
    expect(noted.map(({ reason }) => reason)).toContain('Too many failed attempts');
    expect(noted.length).toBeGreaterThan(100);
  });
});
