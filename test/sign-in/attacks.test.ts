import { randomBytes, randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { RestClient } from '../support/rest-client.js';
import { sharedServer } from '../support/shared-server.js';
import { newTenant, type Tenant } from '../support/tenant.js';

const password = 'Ana-password-1234';

let tenant: Tenant;
let stranger: RestClient;

beforeAll(async () => {
  tenant = await newTenant(sharedServer().baseUrl);
  stranger = new RestClient(tenant.baseUrl);
});

async function aUser() {
  const userName = `user-${randomUUID().slice(0, 8)}`;
  await tenant.rest.post('/v1/users', { userName });
  await tenant.rest.post(`/v1/users/${userName}/login-profile`, { password });
  return { account: tenant.accountId, userName, password };
}

/** A browser with one cookie. */
async function signInByCookie(credentials: object, sent?: string) {
  const response = await fetch(`${tenant.baseUrl}/v1/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(sent === undefined ? {} : { cookie: sent }) },
    body: JSON.stringify({ ...credentials, session: 'cookie' }),
  });
  const [setCookie] = response.headers.getSetCookie();
  const cookie = setCookie!.split(';', 1)[0]!;
  const body = (await response.json()) as { csrfToken: string };
  const call = async (method: string, path: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(tenant.baseUrl + path, { method, headers: { cookie, ...headers } });
    const text = await answer.text();
    return { status: answer.status, body: (text ? JSON.parse(text) : undefined) as Record<string, unknown> };
  };
  return { setCookie: setCookie!, cookie, body, call };
}

describe('a session by cookie', () => {
  it('is HttpOnly, SameSite, and in no body', async () => {
    const { setCookie, cookie, body, call } = await signInByCookie(await aUser());
    expect(setCookie).toMatch(/; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(body).toEqual({ status: 'signedIn', csrfToken: expect.any(String) });
    expect(JSON.stringify(body)).not.toContain(cookie.split('=')[1]);
    expect((await call('GET', '/v1/session')).body).toMatchObject({ type: 'user', csrfToken: body.csrfToken });
  });

  /** Threat: a page of another site makes the browser send a change with the cookie. */
  it('changes nothing without its CSRF token', async () => {
    const one = await signInByCookie(await aUser());
    const other = await signInByCookie(await aUser());
    expect((await one.call('POST', '/v1/sign-out')).body).toMatchObject({ code: 'AccessDenied' });
    const foreign = { 'x-csrf-token': other.body.csrfToken };
    expect((await one.call('POST', '/v1/sign-out', foreign)).body).toMatchObject({ code: 'AccessDenied' });
    expect((await one.call('GET', '/v1/session')).status).toBe(200);
    const own = { 'x-csrf-token': one.body.csrfToken };
    expect((await one.call('POST', '/v1/sign-out', own)).status).toBe(204);
    expect((await one.call('GET', '/v1/session')).status).toBe(401);
  });

  /** Threat: the attacker fixes a session ID and waits for the victim to sign in with it. */
  it('is a new one at every sign-in, whatever cookie was there', async () => {
    const attacker = await signInByCookie(await aUser());
    const victim = await signInByCookie(await aUser(), attacker.cookie);
    expect(victim.cookie).not.toBe(attacker.cookie);
    const [whoAttacks, whoIsVictim] = [
      await attacker.call('GET', '/v1/session'),
      await victim.call('GET', '/v1/session'),
    ];
    expect(whoAttacks.body.arn).not.toBe(whoIsVictim.body.arn);
  });

  /** Threat: one kind of token is accepted as another. */
  it('is no refresh token, and a refresh token is no cookie', async () => {
    const credentials = await aUser();
    const { cookie, call } = await signInByCookie(credentials);
    const refreshToken = cookie.split('=')[1]!;
    expect((await stranger.post('/v1/sign-in/refresh', { refreshToken })).status).toBe(401);
    expect((await call('GET', '/v1/session')).status).toBe(200);
    const tokens = (await stranger.post('/v1/sign-in', credentials)).body as { refreshToken: string };
    const headers = { cookie: `gatehouse-session=${tokens.refreshToken}` };
    expect((await fetch(`${tenant.baseUrl}/v1/session`, { headers })).status).toBe(401);
  });
});

describe('sessions', () => {
  it('can be listed, and ended one by one or all at once', async () => {
    const credentials = await aUser();
    const clients: RestClient[] = [];
    for (let count = 0; count < 3; count += 1) {
      const { body } = await stranger.post('/v1/sign-in', credentials);
      clients.push(new RestClient(tenant.baseUrl, body.accessToken as string));
    }
    const [first, second, third] = clients as [RestClient, RestClient, RestClient];
    const { sessions } = (await first.get('/v1/sessions')).body as { sessions: Record<string, unknown>[] };
    expect(sessions.map(({ isCurrent }) => isCurrent).sort()).toEqual([false, false, true]);
    const idOfSecond = (await second.get('/v1/session')).body.sessionId as string;
    expect((await first.delete(`/v1/sessions/${idOfSecond}`)).status).toBe(204);
    expect((await first.delete(`/v1/sessions/${idOfSecond}`)).body.code).toBe('NoSuchEntity');
    expect([(await second.get('/v1/session')).status, (await third.get('/v1/session')).status]).toEqual([401, 200]);
    expect((await first.delete('/v1/sessions')).status).toBe(204);
    expect([(await first.get('/v1/session')).status, (await third.get('/v1/session')).status]).toEqual([401, 401]);
  });

  /** Threat: a user ends, or learns of, someone else's session. */
  it('are nobody else’s affair', async () => {
    const [ana, bob] = [await aUser(), await aUser()];
    const client = async (credentials: object) =>
      new RestClient(tenant.baseUrl, (await stranger.post('/v1/sign-in', credentials)).body.accessToken as string);
    const [anas, bobs] = [await client(ana), await client(bob)];
    const id = (await anas.get('/v1/session')).body.sessionId as string;
    expect((await bobs.delete(`/v1/sessions/${id}`)).body.code).toBe('NoSuchEntity');
    expect(JSON.stringify((await bobs.get('/v1/sessions')).body)).not.toContain(id);
    expect((await anas.get('/v1/session')).status).toBe(200);
  });
});

/** Threat: an access token that Gatehouse did not issue. */
describe('a forged access token', () => {
  const claims = async () => {
    const { accessToken } = (await stranger.post('/v1/sign-in', await aUser())).body as { accessToken: string };
    const [header, payload] = accessToken
      .split('.', 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
    return { accessToken, header: header as { kid: string }, payload: payload as Record<string, unknown> };
  };
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const refused = async (token: string) => {
    const { status, body } = await new RestClient(tenant.baseUrl, token).get('/v1/session');
    return [status, body.code] as const;
  };
  const sign = async (payload: Record<string, unknown>, header: object) => {
    const { privateKey } = await generateKeyPair('EdDSA');
    return new SignJWT(payload).setProtectedHeader({ alg: 'EdDSA', ...header }).sign(privateKey);
  };

  it.each(['none', 'None', 'NONE'])('with alg %s is refused', async (alg) => {
    const { header, payload } = await claims();
    expect(await refused(`${encode({ ...header, alg })}.${encode(payload)}.`)).toEqual([401, expect.any(String)]);
  });

  it('of another key is refused, under our key id, its own, or one it brings along', async () => {
    const { header, payload } = await claims();
    const { publicKey } = await generateKeyPair('EdDSA', { extractable: true });
    for (const more of [header, { ...header, kid: 'other' }, { ...header, jwk: await exportJWK(publicKey) }]) {
      expect(await refused(await sign(payload, more))).toEqual([401, 'InvalidClientTokenId']);
    }
  });

  it('signed with our public key as an HMAC secret is refused', async () => {
    const { header, payload } = await claims();
    const { keys } = (await stranger.get('/.well-known/jwks.json')).body as { keys: { x: string }[] };
    const secret = Buffer.concat([Buffer.from(keys[0]!.x, 'base64url'), Buffer.alloc(32)]);
    const token = await new SignJWT(payload).setProtectedHeader({ ...header, alg: 'HS256' }).sign(secret);
    expect(await refused(token)).toEqual([401, 'InvalidClientTokenId']);
  });

  it('with changed claims, or cut off, is refused', async () => {
    const { accessToken, payload } = await claims();
    const [header, , signature] = accessToken.split('.');
    for (const changed of [{ iss: 'http://elsewhere.test' }, { sub: tenant.accountId }, { exp: 4_000_000_000 }]) {
      const token = `${header}.${encode({ ...payload, ...changed })}.${signature}`;
      expect(await refused(token)).toEqual([401, 'InvalidClientTokenId']);
    }
    expect((await refused(accessToken.slice(0, -4)))[0]).toBe(401);
  });
});

/** Threat: passwords are tried one after the other, or many at once. */
describe('guessing a password', () => {
  it('is slowed down, also for the right one, and a burst is worth no more than its first guesses', async () => {
    const credentials = await aUser();
    const guesses = Array.from({ length: 40 }, () => ({ ...credentials, password: randomBytes(9).toString('base64') }));
    const answers = await Promise.all(guesses.map((guess) => stranger.post('/v1/sign-in', guess)));
    const told = answers.filter(({ status }) => status === 401).length;
    expect(told).toBeGreaterThanOrEqual(5);
    expect(told).toBeLessThan(20);
    const held = answers.find(({ status }) => status === 429)!;
    expect(held.body).toMatchObject({ code: 'Throttling', detail: expect.stringMatching(/^Too many failed attempts/) });
    expect(Number(held.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  });
});
