import {
  CreateAccessKeyCommand,
  CreateVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import { GetSessionTokenCommand } from '@aws-sdk/client-sts';
import { localOrigin, SoftwareAuthenticator } from '../support/authenticator.js';
import { RestClient } from '../support/rest-client.js';
import { cheapHashes } from '../support/server.js';
import { sessionClients } from '../support/sessions.js';
import { type ShiftedServer, startShiftedServer } from '../support/shifted-server.js';
import { allow, newTenant, signIn, type Tenant } from '../support/tenant.js';
import { totp, twoCodes } from '../support/totp.js';

const password = 'Ana-password-1234';
/** Seconds: older than GATEHOUSE_STEP_UP_SECONDS, shorter than the lifetime of an access token. */
const LATER = 700;

let server: ShiftedServer;
let tenant: Tenant;
let stranger: RestClient;
let count = 0;

beforeAll(async () => {
  server = await startShiftedServer(cheapHashes);
  stranger = new RestClient(server.baseUrl);
});
afterAll(() => server?.stop());

beforeEach(async () => {
  server.setClock(0);
  tenant = await newTenant(server.baseUrl);
});

const everything = JSON.stringify(allow('*'));

/** A user who may do everything, with a password. */
async function aUser() {
  const userName = `user-${(count += 1)}`;
  await tenant.rest.post('/v1/users', { userName });
  await tenant.rest.put(`/v1/users/${userName}/policies/all`, { policyDocument: everything });
  await tenant.rest.post(`/v1/users/${userName}/login-profile`, { password });
  const credentials = { account: tenant.accountId, userName, password };
  return { userName, credentials };
}

async function sessionOf(credentials: object, code?: string) {
  const first = await stranger.post('/v1/sign-in', credentials);
  const { challengeToken } = first.body as { challengeToken: string };
  const last = code === undefined ? first : await stranger.post('/v1/sign-in/mfa', { challengeToken, code });
  expect(last.body.status).toBe('signedIn');
  return new RestClient(server.baseUrl, last.body.accessToken as string);
}

/** A virtual device, enabled for the caller. @returns its seed and serial number */
async function enableDevice(session: RestClient) {
  const created = await session.post('/v1/virtual-mfa-devices', { virtualMfaDeviceName: `phone-${(count += 1)}` });
  const { serialNumber, base32StringSeed } = created.body.virtualMfaDevice as Record<string, string>;
  const seed = Buffer.from(base32StringSeed!, 'base64').toString();
  const enabled = await session.post('/v1/mfa-devices/enable', { serialNumber, ...twoCodes(seed) });
  return { enabled, seed, serialNumber: serialNumber! };
}

const newKey = () => new SoftwareAuthenticator('localhost', localOrigin(server.baseUrl));

const stepUpRequired = (...needs: string[]) => ({
  status: 403,
  body: {
    code: 'StepUpRequired',
    stepUp: { method: 'POST', path: '/v1/session/step-up', page: '/step-up', needs, maximumAgeSeconds: 600 },
  },
});

/** What a thief tries in a stolen session to get a credential that outlives it. */
const attempts: readonly (readonly [string, (session: RestClient, userName: string | undefined) => Promise<object>])[] =
  [
    ['begin to register a security key', (session) => session.post('/v1/security-keys/registration-options')],
    [
      'import a U2F key',
      (session) => {
        const { credentialId: keyHandle, u2fPublicKey: publicKey } = newKey();
        const appId = 'https://old.example.com';
        return session.post('/v1/security-keys/u2f', { securityKeyName: 'x', keyHandle, publicKey, appId });
      },
    ],
    ['enable a virtual device', async (session) => (await enableDevice(session)).enabled],
    ['create an access key', (session) => session.post('/v1/access-keys')],
  ];

const attemptsOfUsers: typeof attempts = [
  [
    'set another password',
    (session, userName) => session.patch(`/v1/users/${userName}/login-profile`, { password: 'Thiefs-password-1' }),
  ],
  ['take the password away', (session, userName) => session.delete(`/v1/users/${userName}/login-profile`)],
];

const attemptsOfRoot: typeof attempts = [
  [
    'change the email address',
    (session) => session.post('/v1/root-user/email', { password: tenant.password, email: 'thief@evil.test' }),
  ],
  [
    'change the password',
    (session) =>
      session.post('/v1/root-user/password', { password: tenant.password, newPassword: 'Thiefs-password-1' }),
  ],
  [
    'deactivate an access key',
    (session) => session.patch(`/v1/access-keys/${tenant.accessKey.accessKeyId}`, { status: 'Inactive' }),
  ],
  ['delete an access key', (session) => session.delete(`/v1/access-keys/${tenant.accessKey.accessKeyId}`)],
];

/** Threat: an access token or cookie is stolen some minutes after its owner signed in. */
describe('a session whose owner signed in a while ago', () => {
  it.each([...attempts, ...attemptsOfUsers])('of a user cannot %s', async (_, attempt) => {
    const { userName, credentials } = await aUser();
    const session = await sessionOf(credentials);
    server.setClock(LATER);
    expect(await attempt(session, userName)).toMatchObject(stepUpRequired('password'));
  });

  it.each([...attempts, ...attemptsOfRoot])('of the root user cannot %s', async (_, attempt) => {
    server.setClock(LATER);
    expect(await attempt(tenant.rest, undefined)).toMatchObject(stepUpRequired('password'));
  });

  it('by cookie cannot either', async () => {
    const { credentials } = await aUser();
    const response = await fetch(`${server.baseUrl}/v1/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...credentials, session: 'cookie' }),
    });
    const { csrfToken } = (await response.json()) as { csrfToken: string };
    const cookie = response.headers.getSetCookie()[0]!.split(';', 1)[0]!;
    const headers = { cookie, 'x-csrf-token': csrfToken, 'content-type': 'application/json' };
    const begin = () =>
      fetch(`${server.baseUrl}/v1/security-keys/registration-options`, { method: 'POST', headers, body: '{}' });
    expect((await begin()).status).toBe(200);
    server.setClock(LATER);
    const refused = await begin();
    expect({ status: refused.status, body: await refused.json() }).toMatchObject(stepUpRequired('password'));
  });

  it('leaves the refusal in the audit log', async () => {
    server.setClock(LATER);
    await tenant.rest.post('/v1/access-keys');
    const { events } = (await tenant.rest.get('/v1/audit-events?operation=iam:CreateAccessKey')).body;
    expect(events[0]).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('StepUpRequired') });
  });

  it('still manages others', async () => {
    const { userName } = await aUser();
    server.setClock(LATER);
    expect((await tenant.rest.post('/v1/access-keys', { userName })).status).toBe(201);
  });

  it('changes no root user’s email address as the operator either', async () => {
    const operator = await signIn(server.baseUrl, 'root@gatehouse.test', 'correct horse battery staple 1');
    server.setClock(LATER);
    const change = { email: `taken-${tenant.email}` };
    expect(await operator.put(`/v1/accounts/${tenant.accountId}/email`, change)).toMatchObject(
      stepUpRequired('password'),
    );
  });
});

describe('stepping up', () => {
  it('takes the password, and opens what was refused for ten minutes', async () => {
    const { credentials } = await aUser();
    const session = await sessionOf(credentials);
    server.setClock(LATER);
    const { status, body } = await session.post('/v1/session/step-up', { password });
    expect([status, body]).toEqual([200, { status: 'steppedUp', validUntil: expect.any(String) }]);
    expect(Date.parse(body.validUntil as string) - Date.now()).toBeGreaterThan(500_000);
    expect((await session.post('/v1/security-keys/registration-options')).status).toBe(200);
  });

  it('takes MFA as well where there is a device, whose codes are good once', async () => {
    const { credentials } = await aUser();
    const { seed } = await enableDevice(await sessionOf(credentials));
    server.setClock(60);
    const session = await sessionOf(credentials, totp(seed));
    server.setClock(LATER);
    expect(await session.post('/v1/access-keys')).toMatchObject(stepUpRequired('password', 'mfa'));
    const asked = (await session.post('/v1/session/step-up', { password })).body;
    expect(asked).toMatchObject({ status: 'mfaRequired', devices: [{ kind: 'virtual' }] });
    // The password alone is not sufficient.
    expect(await session.post('/v1/access-keys')).toMatchObject(stepUpRequired('password', 'mfa'));
    const answer = (code: string, { challengeToken } = asked as { challengeToken: string }) =>
      session.post('/v1/session/step-up/mfa', { challengeToken, code });
    expect((await answer('000000')).body.code).toBe('InvalidAuthenticationCode');
    const code = totp(seed);
    expect((await answer(code)).body.status).toBe('steppedUp');
    expect((await session.post('/v1/access-keys')).status).toBe(201);
    // Neither the step nor the code works again.
    expect((await answer(code)).body.code).toBe('SignInFailed');
    const again = (await session.post('/v1/session/step-up', { password })).body as { challengeToken: string };
    expect((await answer(code, again)).body.code).toBe('InvalidAuthenticationCode');
  });

  it('takes what a security key signed, once', async () => {
    const { credentials } = await aUser();
    const owner = await sessionOf(credentials);
    const key = newKey();
    const { options } = (await owner.post('/v1/security-keys/registration-options')).body;
    await owner.post('/v1/security-keys', { securityKeyName: 'key', credential: key.create(options) });
    server.setClock(LATER);
    const asked = (await owner.post('/v1/session/step-up', { password })).body;
    const credential = key.get(asked.credentialOptions);
    const { challengeToken } = asked as { challengeToken: string };
    const answered = await owner.post('/v1/session/step-up/mfa', { challengeToken, credential });
    expect(answered.body.status).toBe('steppedUp');
    expect((await owner.get('/v1/session')).body.mfaAuthenticatedAt).toEqual(expect.any(String));
    const again = await owner.post('/v1/session/step-up/mfa', { challengeToken, credential });
    expect(again.body.code).toBe('SignInFailed');
  });

  /** Threat: a thief who also has the password tries codes, or moves the owner's proof to the stolen session. */
  it('ends after five wrong codes, and is of one session', async () => {
    const { credentials } = await aUser();
    const { seed } = await enableDevice(await sessionOf(credentials));
    server.setClock(60);
    const stolen = await sessionOf(credentials, totp(seed));
    server.setClock(120);
    const owner = await sessionOf(credentials, totp(seed));
    server.setClock(LATER);
    const { challengeToken } = (await stolen.post('/v1/session/step-up', { password })).body;
    const moved = await owner.post('/v1/session/step-up/mfa', { challengeToken, code: totp(seed) });
    expect(moved.body.code).toBe('SignInFailed');
    for (let guess = 0; guess < 5; guess += 1) {
      const wrong = await stolen.post('/v1/session/step-up/mfa', { challengeToken, code: '000000' });
      expect(wrong.body.code).toBe('InvalidAuthenticationCode');
    }
    const sixth = await stolen.post('/v1/session/step-up/mfa', { challengeToken, code: totp(seed) });
    expect(sixth.body.code).toBe('SignInFailed');
    const signIns = await stranger.post('/v1/sign-in/mfa', { challengeToken, code: totp(seed) });
    expect(signIns.body.code).toBe('SignInFailed');
  });

  it('slows down who guesses the password', async () => {
    const { credentials } = await aUser();
    const session = await sessionOf(credentials);
    let waited = 0;
    let wait = 0;
    // Waits until a delay is long enough to outlast the next request on any machine.
    while (wait < 60) {
      server.setClock((waited += wait));
      const { status, body } = await session.post('/v1/session/step-up', { password: 'wrong' });
      expect(['AccessDenied', 'Throttling']).toContain(body.code);
      wait = status === 429 ? (body.retryAfter as number) : 0;
    }
    const stepUp = () => session.post('/v1/session/step-up', { password });
    expect((await stepUp()).body.code).toBe('Throttling');
    server.setClock(waited + wait);
    expect((await stepUp()).status).toBe(200);
  });

  it('is for sessions alone', async () => {
    const { userName } = await aUser();
    const { accessKey } = (await tenant.rest.post('/v1/access-keys', { userName })).body;
    expect(accessKey).toBeDefined();
    expect((await stranger.post('/v1/session/step-up', { password })).status).toBe(401);
  });
});

/** Threat: a thief adds a second factor in addition to the one that they do not have. */
it('a session from before the first device adds no second one without it', async () => {
  const { credentials } = await aUser();
  const session = await sessionOf(credentials);
  const { enabled, seed } = await enableDevice(session);
  expect(enabled.status).toBe(204);
  expect((await enableDevice(session)).enabled).toMatchObject(stepUpRequired('password', 'mfa'));
  const { challengeToken } = (await session.post('/v1/session/step-up', { password })).body;
  server.setClock(60);
  await session.post('/v1/session/step-up/mfa', { challengeToken, code: totp(seed) });
  expect((await enableDevice(session)).enabled.status).toBe(204);
});

/** Threat: a thief exchanges the session for temporary credentials, which require no password. */
describe('temporary credentials made from a session', () => {
  const sessionToken = async (session: RestClient): Promise<IAMClient> => {
    const { credentials } = (await session.post('/v1/session-tokens')).body;
    const { accessKeyId, secretAccessKey, sessionToken } = credentials;
    return sessionClients(server.baseUrl, {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken: sessionToken,
      Expiration: undefined,
    }).iam;
  };

  it('are as old as its proof', async () => {
    const { credentials } = await aUser();
    const { seed } = await enableDevice(await sessionOf(credentials));
    server.setClock(60);
    const iam = await sessionToken(await sessionOf(credentials, totp(seed)));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({}));
    expect(AccessKey!.SecretAccessKey).toBeDefined();
    server.setClock(60 + LATER);
    await expect(iam.send(new CreateAccessKeyCommand({}))).rejects.toMatchObject({ name: 'StepUpRequired' });
  });

  it('without MFA change no credentials', async () => {
    const { credentials } = await aUser();
    const iam = await sessionToken(await sessionOf(credentials));
    await expect(iam.send(new CreateAccessKeyCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('change none of the root user’s, even with MFA', async () => {
    const { seed } = await enableDevice(tenant.rest);
    server.setClock(60);
    const owner = await sessionOf({ email: tenant.email, password: tenant.password }, totp(seed));
    await expect((await sessionToken(owner)).send(new CreateAccessKeyCommand({}))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('the root user cannot change its own credentials with temporary credentials'),
    });
  });
});

it('long-term access keys of users enable devices as on AWS', async () => {
  const { iam, sts } = await tenant.addUser(`cli-${(count += 1)}`, allow('*'));
  const { VirtualMFADevice } = await iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'phone' }));
  const seed = Buffer.from(VirtualMFADevice!.Base32StringSeed!).toString();
  server.setClock(LATER);
  const { authenticationCode1, authenticationCode2 } = twoCodes(seed);
  const { SerialNumber } = VirtualMFADevice!;
  const UserName = `cli-${count}`;
  await iam.send(
    new EnableMFADeviceCommand({
      UserName,
      SerialNumber,
      AuthenticationCode1: authenticationCode1,
      AuthenticationCode2: authenticationCode2,
    }),
  );
  server.setClock(LATER + 60);
  const withMfa = await sts.send(new GetSessionTokenCommand({ SerialNumber, TokenCode: totp(seed) }));
  const session = sessionClients(server.baseUrl, withMfa.Credentials!);
  expect((await session.iam.send(new CreateAccessKeyCommand({}))).AccessKey).toBeDefined();
});
