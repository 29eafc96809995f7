import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { RestClient } from '../support/rest-client.js';
import { sharedServer } from '../support/shared-server.js';
import { newTenant, type Tenant } from '../support/tenant.js';
import { totp, twoCodes } from '../support/totp.js';

const password = 'Ana-password-1234';
const newPassword = 'Another-password-5678';

let tenant: Tenant;
let stranger: RestClient;

beforeAll(async () => {
  tenant = await newTenant(sharedServer().baseUrl);
  stranger = new RestClient(tenant.baseUrl);
});

/** A user with a password, and optionally with a virtual MFA device. */
async function aUser(options: { mfa?: boolean; passwordResetRequired?: boolean } = {}) {
  const userName = `user-${randomUUID().slice(0, 8)}`;
  await tenant.rest.post('/v1/users', { userName });
  const { passwordResetRequired = false } = options;
  await tenant.rest.post(`/v1/users/${userName}/login-profile`, { password, passwordResetRequired });
  let seed = '';
  if (options.mfa) {
    const created = await tenant.rest.post('/v1/virtual-mfa-devices', { virtualMfaDeviceName: userName });
    const { serialNumber, base32StringSeed } = created.body.virtualMfaDevice as Record<string, string>;
    seed = Buffer.from(base32StringSeed!, 'base64').toString('utf8');
    const enabled = await tenant.rest.post('/v1/mfa-devices/enable', { userName, serialNumber, ...twoCodes(seed) });
    if (enabled.status >= 400) throw new Error(JSON.stringify(enabled.body));
  }
  const credentials = { account: tenant.accountId, userName, password };
  return { userName, seed, credentials, signIn: () => stranger.post('/v1/sign-in', credentials) };
}

const answerMfa = (challengeToken: string, code: string) => stranger.post('/v1/sign-in/mfa', { challengeToken, code });
const answerPassword = (challengeToken: string, to: string) =>
  stranger.post('/v1/sign-in/password', { challengeToken, newPassword: to });
const whoIs = (accessToken: string) => new RestClient(tenant.baseUrl, accessToken).get('/v1/session');
/** The code of the next half minute: enabling the device used up the earlier ones. */
const nextCode = (seed: string) => totp(seed, Date.now() + 30_000);

describe('MFA', () => {
  it('is asked for when the principal has a device, and stated in the session', async () => {
    const { userName, seed, signIn } = await aUser({ mfa: true });
    const first = await signIn();
    expect(first.body).toEqual({
      status: 'mfaRequired',
      challengeToken: expect.any(String),
      devices: [{ serialNumber: expect.stringContaining(':mfa/'), kind: 'virtual', name: userName }],
    });
    const second = await answerMfa(first.body.challengeToken as string, nextCode(seed));
    expect(second.body).toMatchObject({ status: 'signedIn' });
    const { body } = await whoIs(second.body.accessToken as string);
    expect(body).toMatchObject({ userName, type: 'user', mfaAuthenticatedAt: expect.any(String) });
  });

  it('takes another code after a wrong one', async () => {
    const { seed, signIn } = await aUser({ mfa: true });
    const { challengeToken } = (await signIn()).body as { challengeToken: string };
    const right = nextCode(seed);
    const wrong = right === '000000' ? '000001' : '000000';
    expect((await answerMfa(challengeToken, wrong)).body).toMatchObject({ status: 401, code: 'SignInFailed' });
    expect((await answerMfa(challengeToken, right)).body).toMatchObject({ status: 'signedIn' });
  });

  /** Threat: someone who observed a step repeats it. */
  it('takes a challenge token once', async () => {
    const { seed, signIn } = await aUser({ mfa: true });
    const { challengeToken } = (await signIn()).body as { challengeToken: string };
    const code = nextCode(seed);
    const answers = await Promise.all([1, 2, 3].map(() => answerMfa(challengeToken, code)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
  });

  /** Threat: all codes are tried with one challenge, or with many. */
  it('ends after five wrong codes, and then makes one wait ever longer', async () => {
    const { seed, signIn } = await aUser({ mfa: true });
    const challenge = async () => ((await signIn()).body as { challengeToken: string }).challengeToken;
    const wrongCode = (guess: number) => String((Number(nextCode(seed)) + 7 + guess) % 1_000_000).padStart(6, '0');
    const first = await challenge();
    for (let guess = 0; guess < 5; guess += 1) expect((await answerMfa(first, wrongCode(guess))).status).toBe(401);
    // The challenge is used up, whatever follows.
    expect((await answerMfa(first, nextCode(seed))).body.code).toBe('SignInFailed');
    let wait = 0;
    while (wait < 4) {
      const answer = await answerMfa(await challenge(), wrongCode(wait));
      wait = Number(answer.headers.get('retry-after') ?? 0);
      if (wait > 0 && wait < 4) await pause(wait * 1000);
    }
    const held = await answerMfa(await challenge(), nextCode(seed));
    expect(held).toMatchObject({ status: 429, body: { code: 'Throttling' } });
  });

  /** Threat: a step is skipped. */
  it('is not passed by by way of the password step', async () => {
    const { signIn } = await aUser({ mfa: true, passwordResetRequired: true });
    const { challengeToken } = (await signIn()).body as { challengeToken: string };
    expect((await answerPassword(challengeToken, newPassword)).body).toMatchObject({ code: 'SignInFailed' });
    expect((await whoIs(challengeToken)).status).toBe(401);
    expect((await stranger.post('/v1/sign-in/refresh', { refreshToken: challengeToken })).status).toBe(401);
  });

  /** Threat: the code of one's own device is used in someone else's sign-in. */
  it('takes codes of the principal alone', async () => {
    const [victim, attacker] = [await aUser({ mfa: true }), await aUser({ mfa: true })];
    const { challengeToken } = (await victim.signIn()).body as { challengeToken: string };
    expect((await answerMfa(challengeToken, nextCode(attacker.seed))).status).toBe(401);
  });

  /** Threat: a challenge of one account is used for another. */
  it('refuses a token whose account was changed', async () => {
    const { seed, signIn } = await aUser({ mfa: true });
    const other = await newTenant(tenant.baseUrl);
    const { challengeToken } = (await signIn()).body as { challengeToken: string };
    const moved = challengeToken.replace(tenant.accountId, other.accountId);
    expect((await answerMfa(moved, nextCode(seed))).status).toBe(401);
  });
});

describe('a required new password', () => {
  it('is set as a step of signing in', async () => {
    const { credentials, signIn } = await aUser({ passwordResetRequired: true });
    const first = await signIn();
    expect(first.body).toEqual({ status: 'passwordChangeRequired', challengeToken: expect.any(String) });
    const second = await answerPassword(first.body.challengeToken as string, newPassword);
    expect(second.body).toMatchObject({ status: 'signedIn' });
    expect((await whoIs(second.body.accessToken as string)).status).toBe(200);
    expect((await signIn()).status).toBe(401);
    const changed = await stranger.post('/v1/sign-in', { ...credentials, password: newPassword });
    expect(changed.body).toMatchObject({ status: 'signedIn' });
  });

  it('has to be another, and to follow the policy; then the token is good for another try', async () => {
    const { signIn } = await aUser({ passwordResetRequired: true });
    const { challengeToken } = (await signIn()).body as { challengeToken: string };
    expect((await answerPassword(challengeToken, password)).body.code).toBe('PasswordPolicyViolation');
    expect((await answerPassword(challengeToken, 'short')).body.code).toBe('PasswordPolicyViolation');
    expect((await answerPassword(challengeToken, newPassword)).body.status).toBe('signedIn');
    expect((await answerPassword(challengeToken, 'Yet-another-pass-9')).body.code).toBe('SignInFailed');
  });

  it('comes after MFA', async () => {
    const { seed, signIn } = await aUser({ mfa: true, passwordResetRequired: true });
    const first = (await signIn()).body as { challengeToken: string };
    const second = (await answerMfa(first.challengeToken, nextCode(seed))).body as { challengeToken: string };
    expect(second).toEqual({ status: 'passwordChangeRequired', challengeToken: expect.any(String) });
    const third = await answerPassword(second.challengeToken, newPassword);
    const { body } = await whoIs(third.body.accessToken as string);
    expect(body.mfaAuthenticatedAt).toEqual(expect.any(String));
  });

  /** Threat: a sign-in with a stolen password is finished after its owner has changed it. */
  it('by an administrator ends what was begun with the old one', async () => {
    const { userName, signIn } = await aUser({ passwordResetRequired: true });
    const { challengeToken } = (await signIn()).body as { challengeToken: string };
    await tenant.rest.patch(`/v1/users/${userName}/login-profile`, { password: newPassword });
    expect((await answerPassword(challengeToken, 'Yet-another-pass-9')).body.code).toBe('SignInFailed');
  });
});
