import { randomBytes } from 'node:crypto';
import { RestClient } from '../support/rest-client.js';
import { sharedServer } from '../support/shared-server.js';
import { newTenant, type Tenant } from '../support/tenant.js';

const password = 'Ana-password-1234';

let tenant: Tenant;
let stranger: RestClient;
let alias: string;

beforeAll(async () => {
  const { baseUrl } = sharedServer();
  tenant = await newTenant(baseUrl);
  stranger = new RestClient(baseUrl);
  alias = `acme-${tenant.accountId}`;
  await tenant.rest.put(`/v1/account-aliases/${alias}`);
  await tenant.rest.post('/v1/users', { userName: 'ana' });
  await tenant.rest.post('/v1/users/ana/login-profile', { password });
  await tenant.rest.post('/v1/users', { userName: 'no-password' });
});

describe('signing in', () => {
  it('takes the email address of the root user, in any case', async () => {
    const credentials = { email: tenant.email.toUpperCase(), password: tenant.password };
    const { status, body } = await stranger.post('/v1/sign-in', credentials);
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'signedIn', expiresIn: 900 });
    const who = await new RestClient(tenant.baseUrl, body.accessToken as string).get('/v1/caller-identity');
    expect(who.body.arn).toBe(`arn:aws:iam::${tenant.accountId}:root`);
  });

  it.each([
    ['account id', () => tenant.accountId],
    ['alias', () => alias],
  ])('takes the %s, name and password of a user', async (_, account) => {
    const { status, body } = await stranger.post('/v1/sign-in', { account: account(), userName: 'ana', password });
    expect(status).toBe(200);
    const who = await new RestClient(tenant.baseUrl, body.accessToken as string).get('/v1/caller-identity');
    expect(who.body.arn).toBe(`arn:aws:iam::${tenant.accountId}:user/ana`);
  });

  /** Threat: a stranger finds out which accounts, names and passwords exist. */
  it('answers alike to a wrong account, name or password, and to a user without one', async () => {
    const attempts = [
      { account: '000000000000', userName: 'ana', password },
      { account: 'no-such-alias', userName: 'ana', password },
      { account: tenant.accountId, userName: 'bob', password },
      { account: tenant.accountId, userName: 'no-password', password },
      { account: tenant.accountId, userName: 'ana', password: 'wrong' },
      { email: tenant.email, password: 'wrong' },
      { email: 'nobody@nowhere.test', password: 'wrong' },
    ];
    const answers = await Promise.all(attempts.map((attempt) => stranger.post('/v1/sign-in', attempt)));
    const shown = answers.map(({ status, body }) => JSON.stringify([status, { ...body, requestId: '' }]));
    expect(new Set(shown).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 401, body: { code: 'SignInFailed' } });
  });

  it.each([
    [{ password }],
    [{ email: 'a@b.test', account: '123456789012', userName: 'ana', password }],
    [{ account: '123456789012', password }],
    [{ email: 'a@b.test' }],
    [{ email: 'a@b.test', password, admin: true }],
  ])('refuses %j', async (body) => {
    expect((await stranger.post('/v1/sign-in', body)).body).toMatchObject({ status: 400, code: 'ValidationError' });
  });
});

describe('sessions', () => {
  const signIn = async (): Promise<{ accessToken: string; refreshToken: string }> => {
    const { body } = await stranger.post('/v1/sign-in', { account: alias, userName: 'ana', password });
    return body as { accessToken: string; refreshToken: string };
  };
  const isGood = async (accessToken: string) =>
    (await new RestClient(tenant.baseUrl, accessToken).get('/v1/caller-identity')).status === 200;

  it('go on with the refresh token, which changes every time', async () => {
    const first = await signIn();
    const second = await stranger.post('/v1/sign-in/refresh', { refreshToken: first.refreshToken });
    expect(second.body).toMatchObject({ status: 'signedIn' });
    expect(second.body.refreshToken).not.toBe(first.refreshToken);
    expect(await isGood(second.body.accessToken as string)).toBe(true);
  });

  /** Threat: a refresh token is stolen and used in addition to its owner. */
  it('end when a refresh token is used again', async () => {
    const { accessToken, refreshToken } = await signIn();
    const next = await stranger.post('/v1/sign-in/refresh', { refreshToken });
    expect((await stranger.post('/v1/sign-in/refresh', { refreshToken })).status).toBe(401);
    expect(await isGood(accessToken)).toBe(false);
    expect(await isGood(next.body.accessToken as string)).toBe(false);
    const { refreshToken: nextToken } = next.body as { refreshToken: string };
    expect((await stranger.post('/v1/sign-in/refresh', { refreshToken: nextToken })).status).toBe(401);
  });

  it('end when a refresh token of long ago is used again', async () => {
    const { refreshToken } = await signIn();
    let last = { refreshToken, accessToken: '' };
    for (let count = 0; count < 3; count += 1) {
      last = (await stranger.post('/v1/sign-in/refresh', { refreshToken: last.refreshToken })).body as typeof last;
    }
    expect(await isGood(last.accessToken)).toBe(true);
    expect((await stranger.post('/v1/sign-in/refresh', { refreshToken })).status).toBe(401);
    expect(await isGood(last.accessToken)).toBe(false);
  });

  /** Threat: someone who has seen a session's ID, in a list or a log, ends the session with a forged refresh token. */
  it('do not end by refresh tokens that were never issued', async () => {
    const { accessToken, refreshToken } = await signIn();
    const own = refreshToken.slice(0, refreshToken.lastIndexOf('.'));
    const secrets = [randomBytes(32).toString('base64url'), (await signIn()).refreshToken.split('.')[2]];
    for (const secret of secrets) {
      const answer = await stranger.post('/v1/sign-in/refresh', { refreshToken: `${own}.${secret}` });
      expect(answer.status).toBe(401);
    }
    expect(await isGood(accessToken)).toBe(true);
    expect((await stranger.post('/v1/sign-in/refresh', { refreshToken })).status).toBe(200);
  });

  it('end at sign-out, at once', async () => {
    const { accessToken } = await signIn();
    expect((await new RestClient(tenant.baseUrl, accessToken).post('/v1/sign-out')).status).toBe(204);
    expect(await isGood(accessToken)).toBe(false);
  });

  it('end with a new password, and with the user', async () => {
    await tenant.rest.post('/v1/users', { userName: 'leaving' });
    await tenant.rest.post('/v1/users/leaving/login-profile', { password });
    const credentials = { account: alias, userName: 'leaving', password };
    const before = (await stranger.post('/v1/sign-in', credentials)).body as { accessToken: string };
    await tenant.rest.patch('/v1/users/leaving/login-profile', { password: 'Changed-password-1' });
    expect(await isGood(before.accessToken)).toBe(false);
    const changed = { ...credentials, password: 'Changed-password-1' };
    const after = (await stranger.post('/v1/sign-in', changed)).body as { accessToken: string };
    await tenant.rest.delete('/v1/users/leaving/login-profile');
    await tenant.rest.delete('/v1/users/leaving');
    expect(await isGood(after.accessToken)).toBe(false);
  });
});
