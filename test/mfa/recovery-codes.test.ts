import { randomUUID } from 'node:crypto';
import { RestClient } from '../support/rest-client.js';
import { signInWithRecoveryCode, userWithRecoveryCodes } from '../support/recovery-codes.js';
import { userPassword } from '../support/passkeys.js';
import { signedCall } from '../support/services.js';
import { sharedServer } from '../support/shared-server.js';
import { type AccessKey, newTenant, type Tenant } from '../support/tenant.js';

const { baseUrl } = sharedServer();
let tenant: Tenant;

beforeAll(async () => {
  tenant = await newTenant(baseUrl);
});

const leftOf = async (session: RestClient) => (await session.get('/v1/recovery-codes')).body.recoveryCodeState?.left;

describe('recovery codes', () => {
  it('sign in once each, in place of a device, and count down', async () => {
    const { credentials, codes, session } = await userWithRecoveryCodes(tenant);
    expect(new Set(codes).size).toBe(10);
    const { body: asked } = await new RestClient(baseUrl).post('/v1/sign-in', credentials);
    expect(asked).toMatchObject({ status: 'mfaRequired', recoveryCodesLeft: 10 });
    const [first, second] = codes as [string, string];
    const { body } = await signInWithRecoveryCode(baseUrl, credentials, first);
    expect(body.status).toBe('signedIn');
    const signedIn = new RestClient(baseUrl, body.accessToken as string);
    expect((await signedIn.get('/v1/session')).body.mfaAuthenticatedAt).toEqual(expect.any(String));
    expect(await leftOf(session)).toBe(9);
    const again = await signInWithRecoveryCode(baseUrl, credentials, first);
    expect([again.status, again.body.code]).toEqual([401, 'SignInFailed']);
    const typed = second.toLowerCase().replaceAll('-', ' ');
    expect((await signInWithRecoveryCode(baseUrl, credentials, typed)).body.status).toBe('signedIn');
    expect(await leftOf(session)).toBe(8);
  });

  it('are one factor of step-up too, and name themselves in the audit log', async () => {
    const { session, codes, userName } = await userWithRecoveryCodes(tenant);
    const { challengeToken } = (await session.post('/v1/session/step-up', { password: userPassword })).body;
    const proved = await session.post('/v1/session/step-up/mfa', { challengeToken, recoveryCode: codes[0]! });
    expect(proved.body.status).toBe('steppedUp');
    await signInWithRecoveryCode(baseUrl, { account: tenant.accountId, userName, password: userPassword }, codes[1]!);
    const { events } = (await tenant.rest.get('/v1/audit-events?operation=gatehouse:SignInWithMfa')).body;
    expect(events[0]).toMatchObject({ outcome: 'allowed', input: '{"factor":"recoveryCode"}' });
    const all = JSON.stringify((await tenant.rest.get('/v1/audit-events?maxItems=1000')).body);
    for (const code of codes) expect(all).not.toContain(code);
    for (const code of codes) expect(sharedServer().output()).not.toContain(code);
  });

  it('are used once, however many send one at the same time', async () => {
    const { credentials, codes } = await userWithRecoveryCodes(tenant);
    const stranger = new RestClient(baseUrl);
    const tokens = await Promise.all(
      Array.from({ length: 4 }, async () => (await stranger.post('/v1/sign-in', credentials)).body.challengeToken),
    );
    const recoveryCode = codes[0]!;
    const answers = await Promise.all(
      tokens.map((challengeToken) => stranger.post('/v1/sign-in/mfa', { challengeToken, recoveryCode })),
    );
    expect(answers.filter(({ body }) => body.status === 'signedIn')).toHaveLength(1);
  });

  it('that are made again take the place of those before', async () => {
    const { credentials, codes, session } = await userWithRecoveryCodes(tenant);
    const renewed = await session.post('/v1/recovery-codes');
    expect(renewed.status).toBe(201);
    expect((await signInWithRecoveryCode(baseUrl, credentials, codes[0]!)).status).toBe(401);
    const [fresh] = renewed.body.recoveryCodes as [string];
    expect((await signInWithRecoveryCode(baseUrl, credentials, fresh)).body.status).toBe('signedIn');
  });

  it('end with the last device', async () => {
    const { session, serialNumber } = await userWithRecoveryCodes(tenant);
    expect((await session.post('/v1/mfa-devices/deactivate', { serialNumber })).status).toBe(204);
    expect((await session.get('/v1/recovery-codes')).body.code).toBe('NoSuchEntity');
  });
});

/**
 * Threats: codes for a principal without a second factor; codes created with an access key, or by another user;
 * guessing.
 */
describe('nobody gets in by recovery codes', () => {
  it('that were made without a device, or without a session', async () => {
    expect((await tenant.rest.post('/v1/recovery-codes')).body.code).toBe('InvalidInput');
    const { userName } = await userWithRecoveryCodes(tenant);
    const { accessKey } = (await tenant.rest.post('/v1/access-keys', { userName })).body;
    const { body } = await signedCall(baseUrl, accessKey as AccessKey, 'POST', '/v1/recovery-codes', {});
    expect([body.code, body.detail]).toEqual(['InvalidInput', expect.stringContaining('in a sign-in session')]);
  });

  it('of somebody else', async () => {
    const ana = await userWithRecoveryCodes(tenant);
    const bob = await userWithRecoveryCodes(tenant);
    expect((await signInWithRecoveryCode(baseUrl, ana.credentials, bob.codes[0]!)).status).toBe(401);
    expect(await leftOf(bob.session)).toBe(10);
  });

  it('by guessing: they are delayed as other codes are', async () => {
    const { credentials } = await userWithRecoveryCodes(tenant);
    let answer = await signInWithRecoveryCode(baseUrl, credentials, 'A'.repeat(20));
    for (let guess = 0; guess < 10 && answer.status === 401; guess += 1) {
      answer = await signInWithRecoveryCode(baseUrl, credentials, 'A'.repeat(20));
    }
    expect(answer.status).toBe(429);
  });

  it('after an administrator has deleted them', async () => {
    const { credentials, codes, userName } = await userWithRecoveryCodes(tenant);
    expect((await tenant.rest.delete(`/v1/recovery-codes?userName=${userName}`)).status).toBe(204);
    expect((await signInWithRecoveryCode(baseUrl, credentials, codes[0]!)).status).toBe(401);
    const nobody = await tenant.rest.delete(`/v1/recovery-codes?userName=nobody-${randomUUID()}`);
    expect(nobody.body.code).toBe('NoSuchEntity');
  });
});
