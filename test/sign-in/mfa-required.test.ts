import { localOrigin, SoftwareAuthenticator } from '../support/authenticator.js';
import { handleOf, signInWithPasskey, userWithSession } from '../support/passkeys.js';
import { RestClient } from '../support/rest-client.js';
import { sharedServer } from '../support/shared-server.js';
import { allow, newTenant, type Tenant } from '../support/tenant.js';
import { totp, twoCodes } from '../support/totp.js';

const { baseUrl } = sharedServer();
const stranger = new RestClient(baseUrl);
let tenant: Tenant;

beforeEach(async () => {
  tenant = await newTenant(baseUrl);
});

const requireMfa = (mfaRequired: string) => tenant.rest.put('/v1/account/sign-in-settings', { mfaRequired });
const signIn = async (credentials: object) => (await stranger.post('/v1/sign-in', credentials)).body;
const rootCredentials = () => ({ email: tenant.email, password: tenant.password });
const enrolment = '/v1/sign-in/mfa-enrolment';

async function enrolVirtualDevice(challengeToken: string) {
  const shown = (await stranger.post(`${enrolment}/virtual-device`, { challengeToken })).body;
  const seed = shown.secret as string;
  const finish = (codes: object) => stranger.post(`${enrolment}/virtual-device/finish`, { challengeToken, ...codes });
  return { shown, seed, finish };
}

describe('an account that requires MFA', () => {
  it.each([
    ['none', 'signedIn', 'signedIn'],
    ['root', 'mfaEnrolmentRequired', 'signedIn'],
    ['users', 'signedIn', 'mfaEnrolmentRequired'],
    ['all', 'mfaEnrolmentRequired', 'mfaEnrolmentRequired'],
  ])('of %s: root %s, users %s', async (mfaRequired, ofRoot, ofUsers) => {
    const user = await userWithSession(tenant);
    expect((await requireMfa(mfaRequired)).body).toEqual({ signInSettings: { mfaRequired } });
    expect((await tenant.rest.get('/v1/account/sign-in-settings')).body).toEqual({ signInSettings: { mfaRequired } });
    const { summaryMap } = (await tenant.rest.get('/v1/account/summary')).body;
    expect(summaryMap).toMatchObject({
      MFARequiredForRoot: Number(ofRoot !== 'signedIn'),
      MFARequiredForUsers: Number(ofUsers !== 'signedIn'),
    });
    expect((await signIn(rootCredentials())).status).toBe(ofRoot);
    expect((await signIn(user.credentials)).status).toBe(ofUsers);
  });

  it('has a virtual device enrolled before there is a session', async () => {
    const user = await userWithSession(tenant);
    await requireMfa('users');
    const begun = await signIn(user.credentials);
    expect(begun).toEqual({ status: 'mfaEnrolmentRequired', challengeToken: expect.any(String) });
    const { shown, seed, finish } = await enrolVirtualDevice(begun.challengeToken);
    expect(shown.otpauthUri).toContain(`secret=${seed}`);
    expect(
      Buffer.from(shown.qrCodePng as string, 'base64')
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
    const wrong = { authenticationCode1: '000000', authenticationCode2: '000000' };
    expect((await finish(wrong)).body.code).toBe('InvalidAuthenticationCode');
    const done = (await finish(twoCodes(seed))).body;
    expect(done.status).toBe('signedIn');
    const session = new RestClient(baseUrl, done.accessToken as string);
    expect((await session.get('/v1/session')).body.mfaAuthenticatedAt).toEqual(expect.any(String));
    // The step and its secret are no longer valid.
    expect((await finish(twoCodes(seed))).body.code).toBe('SignInFailed');
    const next = await signIn(user.credentials);
    expect(next).toMatchObject({ status: 'mfaRequired', devices: [{ kind: 'virtual', name: user.userName }] });
    const code = totp(seed, Date.now() + 30_000);
    const { challengeToken } = next as { challengeToken: string };
    expect((await stranger.post('/v1/sign-in/mfa', { challengeToken, code })).body.status).toBe('signedIn');
  });

  it('has a passkey enrolled, which signs in alone', async () => {
    await requireMfa('root');
    const { challengeToken } = await signIn(rootCredentials());
    const { options } = (await stranger.post(`${enrolment}/security-key`, { challengeToken })).body;
    const key = new SoftwareAuthenticator('localhost', localOrigin(baseUrl));
    const finish = () =>
      stranger.post(`${enrolment}/security-key/finish`, {
        challengeToken,
        securityKeyName: 'key',
        credential: key.create(options as { challenge: string }),
      });
    expect((await finish()).body.status).toBe('signedIn');
    expect((await finish()).body.code).toBe('SignInFailed');
    const handle = handleOf(tenant.accountId, tenant.accountId);
    expect((await signInWithPasskey(stranger, key, handle)).body.status).toBe('signedIn');
  });

  /** Threat: someone who set a first password registers a passkey before its user has changed it. */
  it('makes a key a second factor only while the password has to be changed', async () => {
    const user = await userWithSession(tenant);
    await requireMfa('users');
    await tenant.rest.patch(`/v1/users/${user.userName}/login-profile`, { passwordResetRequired: true });
    const { challengeToken } = await signIn(user.credentials);
    const { options } = (await stranger.post(`${enrolment}/security-key`, { challengeToken })).body;
    const key = new SoftwareAuthenticator('localhost', localOrigin(baseUrl));
    const credential = key.create(options as { challenge: string });
    const input = { challengeToken, securityKeyName: 'key', credential };
    const { body } = await stranger.post(`${enrolment}/security-key/finish`, input);
    expect(body.status).toBe('passwordChangeRequired');
    const change = { challengeToken: body.challengeToken as string, newPassword: 'Another-password-5678' };
    expect((await stranger.post('/v1/sign-in/password', change)).body.status).toBe('signedIn');
    expect((await signInWithPasskey(stranger, key, user.handle)).body.code).toBe('SignInFailed');
  });

  it('leaves the enrolment in the audit log, without its secret', async () => {
    const user = await userWithSession(tenant);
    await requireMfa('users');
    const { seed, finish } = await enrolVirtualDevice((await signIn(user.credentials)).challengeToken);
    await finish(twoCodes(seed));
    const { events } = (await tenant.rest.get('/v1/audit-events?operation=gatehouse:EnrolVirtualDevice')).body;
    expect(events).toEqual([expect.objectContaining({ outcome: 'allowed' })]);
    expect(JSON.stringify((await tenant.rest.get('/v1/audit-events?maxItems=100')).body)).not.toContain(seed);
    expect(sharedServer().output()).not.toContain(seed);
  });
});

/** Threats: the step is used for something else. */
describe('the enrolment step', () => {
  it('is closed to tokens of other steps, and its token opens no other', async () => {
    const user = await userWithSession(tenant);
    await requireMfa('users');
    const { challengeToken } = await signIn(user.credentials);
    const code = { challengeToken, code: '000000' };
    expect((await stranger.post('/v1/sign-in/mfa', code)).body.code).toBe('SignInFailed');
    const change = { challengeToken, newPassword: 'Another-password-5678' };
    expect((await stranger.post('/v1/sign-in/password', change)).body.code).toBe('SignInFailed');
    const invented = await stranger.post(`${enrolment}/virtual-device`, { challengeToken: 'invented' });
    expect(invented.body.code).toBe('SignInFailed');
  });

  it('enrols a first device only: of two that were begun one is finished', async () => {
    const user = await userWithSession(tenant);
    await requireMfa('users');
    const [one, other] = [await signIn(user.credentials), await signIn(user.credentials)];
    const first = await enrolVirtualDevice(one.challengeToken);
    const second = await enrolVirtualDevice(other.challengeToken);
    expect((await first.finish(twoCodes(first.seed))).body.status).toBe('signedIn');
    expect((await second.finish(twoCodes(second.seed))).body.code).toBe('SignInFailed');
  });

  it('takes no codes of a secret that was replaced', async () => {
    const user = await userWithSession(tenant);
    await requireMfa('users');
    const { challengeToken } = await signIn(user.credentials);
    const first = await enrolVirtualDevice(challengeToken);
    await enrolVirtualDevice(challengeToken);
    expect((await first.finish(twoCodes(first.seed))).body.code).toBe('InvalidAuthenticationCode');
  });
});

/** Threat: a delegate, or a stolen session, disables the requirement. */
it('the setting needs a permission, iam:UpdateAccountPasswordPolicy, and a recent proof', async () => {
  const delegate = async (...actions: string[]) => {
    const user = await userWithSession(tenant);
    const policyDocument = JSON.stringify(allow(...actions));
    await tenant.rest.put(`/v1/users/${user.userName}/policies/own`, { policyDocument });
    const session = new RestClient(baseUrl, (await signIn(user.credentials)).accessToken as string);
    return session.put('/v1/account/sign-in-settings', { mfaRequired: 'none' });
  };
  expect((await delegate('gatehouse:*')).status).toBe(403);
  expect((await delegate('iam:*')).status).toBe(403);
  expect((await delegate('gatehouse:*', 'iam:UpdateAccountPasswordPolicy')).status).toBe(200);
});
