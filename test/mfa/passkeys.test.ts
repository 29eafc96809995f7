import { localOrigin, SoftwareAuthenticator } from '../support/authenticator.js';
import { beginPasskey, type BegunPasskey, handleOf, registerKey, userWithSession } from '../support/passkeys.js';
import { RestClient } from '../support/rest-client.js';
import { sharedServer } from '../support/shared-server.js';
import { managementTenant, newTenant, type Tenant } from '../support/tenant.js';

let tenant: Tenant;
let stranger: RestClient;
let origin: string;

beforeAll(async () => {
  const { baseUrl } = sharedServer();
  tenant = await newTenant(baseUrl);
  stranger = new RestClient(baseUrl);
  origin = localOrigin(baseUrl);
});

/** Registered by its owner, in the session that was just started. */
async function registered(session: RestClient): Promise<SoftwareAuthenticator> {
  const { key, answer } = await registerKey((path, body) => session.post(path, body), session.baseUrl);
  expect(answer.status).toBe(201);
  return key;
}

/** A user with a password and a passkey. */
async function withPasskey(owner = tenant) {
  const user = await userWithSession(owner);
  const { body } = await stranger.post('/v1/sign-in', user.credentials);
  return { ...user, key: await registered(new RestClient(owner.baseUrl, body.accessToken as string)) };
}

type Victim = Awaited<ReturnType<typeof withPasskey>>;

const begin = () => beginPasskey(stranger);
const finish = ({ challengeToken }: BegunPasskey, credential: object) =>
  stranger.post('/v1/sign-in/passkey', { challengeToken, credential });

async function signInWith({ key, handle }: Pick<Victim, 'key' | 'handle'>) {
  const begun = await begin();
  return finish(begun, key.get(begun.credentialOptions, handle));
}

describe('a passkey', () => {
  it('signs its user in without a name or password, as both factors', async () => {
    const user = await withPasskey();
    const begun = await begin();
    expect(begun.credentialOptions).toMatchObject({ userVerification: 'required', rpId: 'localhost' });
    expect(begun.credentialOptions).not.toHaveProperty('allowCredentials');
    const { body } = await finish(begun, user.key.get(begun.credentialOptions, user.handle));
    expect(body).toMatchObject({ status: 'signedIn', accessToken: expect.any(String) });
    const session = await new RestClient(tenant.baseUrl, body.accessToken as string).get('/v1/session');
    expect(session.body).toMatchObject({ userName: user.userName, mfaAuthenticatedAt: expect.any(String) });
  });

  it('signs the root user in, by cookie when that was asked for', async () => {
    const owner = await newTenant(tenant.baseUrl);
    const key = await registered(owner.rest);
    const begun = (await stranger.post('/v1/sign-in/passkey/options', { session: 'cookie' })).body as BegunPasskey;
    const handle = handleOf(owner.accountId, owner.accountId);
    const { body, headers } = await finish(begun, key.get(begun.credentialOptions, handle));
    expect(body).toEqual({ status: 'signedIn', csrfToken: expect.any(String) });
    const cookie = headers.getSetCookie()[0]!.split(';', 1)[0]!;
    const session = await fetch(`${tenant.baseUrl}/v1/session`, { headers: { cookie } });
    expect(await session.json()).toMatchObject({ type: 'root', accountId: owner.accountId });
  });

  it('does not spare its user a required new password', async () => {
    const user = await withPasskey();
    await tenant.rest.patch(`/v1/users/${user.userName}/login-profile`, { passwordResetRequired: true });
    const { body } = await signInWith(user);
    expect(body).toEqual({ status: 'passwordChangeRequired', challengeToken: expect.any(String) });
    const change = { challengeToken: body.challengeToken as string, newPassword: 'Another-password-5678' };
    const changed = await stranger.post('/v1/sign-in/password', change);
    const session = await new RestClient(tenant.baseUrl, changed.body.accessToken as string).get('/v1/session');
    expect(session.body).toMatchObject({ mfaAuthenticatedAt: expect.any(String) });
  });

  it('leaves every attempt in the audit log', async () => {
    const user = await withPasskey();
    expect((await signInWith(user)).status).toBe(200);
    user.key.verifiesUser = false;
    expect((await signInWith(user)).status).toBe(401);
    const { events } = (await tenant.rest.get('/v1/audit-events?operation=gatehouse:SignInWithPasskey')).body;
    const own = (events as { callerArn: string; outcome: string; reason?: string }[])
      .filter(({ callerArn }) => callerArn.endsWith(`/${user.userName}`))
      .map(({ outcome, reason }) => [outcome, reason]);
    expect(own).toContainEqual(['failed', 'The passkey did not verify its user']);
    expect(own).toContainEqual(['allowed', undefined]);
  });
});

/** Threats, each with a real signature over something slightly different from what was requested. */
describe('a passkey is refused', () => {
  type Lie = (begun: BegunPasskey, victim: Victim) => object | Promise<object>;

  it.each<[string, Lie]>([
    [
      'that did not verify its user',
      ({ credentialOptions }, { key, handle }) => {
        key.verifiesUser = false;
        return key.get(credentialOptions, handle);
      },
    ],
    [
      'that says it is of a user of another account',
      async ({ credentialOptions }, { key }) =>
        key.get(credentialOptions, (await withPasskey(await newTenant(tenant.baseUrl))).handle),
    ],
    [
      'that says it is of another user',
      async ({ credentialOptions }, { key }) => key.get(credentialOptions, (await withPasskey()).handle),
    ],
    [
      'that says it is of its user in another account',
      async ({ credentialOptions }, { key, handle }) => {
        const [, userId] = Buffer.from(handle, 'base64url').toString().split('/');
        return key.get(credentialOptions, handleOf((await newTenant(tenant.baseUrl)).accountId, userId!));
      },
    ],
    [
      'of an account that there is not',
      ({ credentialOptions }, { key }) => key.get(credentialOptions, handleOf('000000000000', '000000000000')),
    ],
    ['that does not say whose it is', ({ credentialOptions }, { key }) => key.get(credentialOptions)],
    [
      'that says something else',
      ({ credentialOptions }, { key }) => key.get(credentialOptions, Buffer.from('ana').toString('base64url')),
    ],
    [
      'that was asked by a page of another origin',
      ({ credentialOptions }, { key, handle }) =>
        key.pretending({ origin: 'https://gatehouse.example' }).get(credentialOptions, handle),
    ],
    [
      'that answers another challenge',
      async (_, { key, handle }) => key.get((await begin()).credentialOptions, handle),
    ],
    [
      'that was never registered',
      ({ credentialOptions }, { handle }) =>
        new SoftwareAuthenticator('localhost', origin).get(credentialOptions, handle),
    ],
  ])('%s', async (_, lie) => {
    const victim = await withPasskey();
    const begun = await begin();
    const { status, body } = await finish(begun, await lie(begun, victim));
    expect([status, body.code, body.detail]).toEqual([401, 'SignInFailed', 'The passkey is not correct.']);
  });

  it('whose challenge was answered before, rightly or wrongly, or many times at once', async () => {
    const { key, handle } = await withPasskey();
    const begun = await begin();
    const answers = await Promise.all([1, 2, 3].map(() => finish(begun, key.get(begun.credentialOptions, handle))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
    const again = await begin();
    expect((await finish(again, key.get(begun.credentialOptions, handle))).status).toBe(401);
    expect((await finish(again, key.get(again.credentialOptions, handle))).status).toBe(401);
  });

  it('whose challenge is not one of ours, or was changed', async () => {
    const { key, handle } = await withPasskey();
    const begun = await begin();
    const credential = key.get(begun.credentialOptions, handle);
    const bytes = Buffer.from(begun.challengeToken, 'base64url');
    bytes[40]! ^= 1;
    for (const challengeToken of ['x', bytes.toString('base64url'), begun.credentialOptions.challenge]) {
      expect((await finish({ ...begun, challengeToken }, credential)).body.code).toBe('SignInFailed');
    }
  });

  it('of a user whose login profile was deleted', async () => {
    const user = await withPasskey();
    await tenant.rest.delete(`/v1/users/${user.userName}/login-profile`);
    expect((await signInWith(user)).status).toBe(401);
  });

  it('that was taken away', async () => {
    const user = await withPasskey();
    const { mfaDevices } = (await tenant.rest.get(`/v1/mfa-devices?userName=${user.userName}`)).body;
    const { serialNumber } = (mfaDevices as { serialNumber: string }[])[0]!;
    await tenant.rest.post('/v1/mfa-devices/deactivate', { userName: user.userName, serialNumber });
    expect((await signInWith(user)).status).toBe(401);
  });

  it('of a suspended account', async () => {
    const management = await managementTenant(tenant.baseUrl);
    const owner = await newTenant(tenant.baseUrl);
    const user = await withPasskey(owner);
    expect((await signInWith(user)).status).toBe(200);
    const suspended = await management.rest.put(`/v1/accounts/${owner.accountId}/suspension`, {});
    expect(suspended.status).toBeLessThan(300);
    expect((await signInWith(user)).body).toMatchObject({ status: 401, code: 'SignInFailed' });
  });
});
