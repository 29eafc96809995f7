import { randomUUID } from 'node:crypto';
import { localOrigin, SoftwareAuthenticator } from '../support/authenticator.js';
import { RestClient } from '../support/rest-client.js';
import { sharedServer } from '../support/shared-server.js';
import { newTenant, type Tenant } from '../support/tenant.js';

const password = 'Ana-password-1234';
const appId = 'https://old.example.com';

interface Asked {
  readonly challengeToken: string;
  readonly credentialOptions: { readonly challenge: string; readonly extensions?: { readonly appid: string } };
}

let tenant: Tenant;
let stranger: RestClient;
let origin: string;

beforeAll(async () => {
  const { baseUrl } = sharedServer();
  tenant = await newTenant(baseUrl);
  stranger = new RestClient(baseUrl);
  origin = localOrigin(baseUrl);
});

const userHandle = (accountId: string, userId: string) => Buffer.from(`${accountId}/${userId}`).toString('base64url');

/** A user with a password. */
async function aUser(owner = tenant) {
  const userName = `user-${randomUUID().slice(0, 8)}`;
  const created = await owner.rest.post('/v1/users', { userName });
  const { userId } = created.body.user as { userId: string };
  await owner.rest.post(`/v1/users/${userName}/login-profile`, { password });
  const begin = async (): Promise<Asked> => {
    const { body } = await stranger.post('/v1/sign-in', { account: owner.accountId, userName, password });
    expect(body.status).toBe('mfaRequired');
    return body as Asked;
  };
  return { owner, userName, handle: userHandle(owner.accountId, userId), begin };
}

type User = Awaited<ReturnType<typeof aUser>>;

async function challengeFor({ owner, userName }: User): Promise<{ challenge: string }> {
  const { body } = await owner.rest.post('/v1/security-keys/registration-options', { userName });
  return body.options as { challenge: string };
}

const register = ({ owner, userName }: User, credential: object) =>
  owner.rest.post('/v1/security-keys', { userName, securityKeyName: 'key', credential });

/** A user with a registered security key. */
async function withKey(owner = tenant) {
  const user = await aUser(owner);
  const key = new SoftwareAuthenticator('localhost', origin);
  const { status, body } = await register(user, key.create(await challengeFor(user)));
  expect(status).toBe(201);
  return { user, key, serialNumber: body.serialNumber as string };
}

const answer = ({ challengeToken }: Asked, credential: object) =>
  stranger.post('/v1/sign-in/mfa', { challengeToken, credential });

describe('signing in with a security key', () => {
  it('takes what the key signed, and states MFA in the session', async () => {
    const { user, key, serialNumber } = await withKey();
    const asked = await user.begin();
    expect(asked).toMatchObject({ devices: [{ serialNumber, kind: 'securityKey' }] });
    const { body } = await answer(asked, key.get(asked.credentialOptions, user.handle));
    expect(body.status).toBe('signedIn');
    const session = await new RestClient(tenant.baseUrl, body.accessToken as string).get('/v1/session');
    expect(session.body).toMatchObject({ userName: user.userName, mfaAuthenticatedAt: expect.any(String) });
  });

  it('takes any of several keys', async () => {
    const { user, key } = await withKey();
    const second = new SoftwareAuthenticator('localhost', origin);
    expect((await register(user, second.create(await challengeFor(user)))).status).toBe(201);
    for (const one of [key, second, key]) {
      const asked = await user.begin();
      expect((await answer(asked, one.get(asked.credentialOptions))).body.status).toBe('signedIn');
    }
  });

  it('takes a U2F key that was registered elsewhere, through the appid extension', async () => {
    const user = await aUser();
    const key = new SoftwareAuthenticator(appId, origin);
    const { status } = await tenant.rest.post('/v1/security-keys/u2f', {
      userName: user.userName,
      securityKeyName: 'old',
      keyHandle: key.credentialId,
      publicKey: key.u2fPublicKey,
      appId,
    });
    expect(status).toBe(201);
    const asked = await user.begin();
    expect(asked.credentialOptions.extensions).toEqual({ appid: appId });
    const ofElsewhere = {
      userName: user.userName,
      securityKeyName: 'elsewhere',
      appId: 'https://elsewhere.example.com',
    };
    const { credentialId: keyHandle, u2fPublicKey: publicKey } = new SoftwareAuthenticator(ofElsewhere.appId, origin);
    const refused = await tenant.rest.post('/v1/security-keys/u2f', { ...ofElsewhere, keyHandle, publicKey });
    expect([refused.status, refused.body.code]).toEqual([400, 'InvalidInput']);
    expect((await answer(asked, key.get(asked.credentialOptions))).body.status).toBe('signedIn');
    const second = { ...ofElsewhere, keyHandle, publicKey, appId };
    expect((await tenant.rest.post('/v1/security-keys/u2f', second)).status).toBe(201);
  });

  it('asks no longer once the key is taken away', async () => {
    const { user, serialNumber } = await withKey();
    const { userName } = user;
    expect((await tenant.rest.post('/v1/mfa-devices/deactivate', { userName, serialNumber })).status).toBe(204);
    const credentials = { account: tenant.accountId, userName, password };
    expect((await stranger.post('/v1/sign-in', credentials)).body.status).toBe('signedIn');
  });
});

/** Threats, each with a real signature over something slightly different from what was requested. */
describe('an answer is refused', () => {
  type Lie = (asked: Asked, victim: Awaited<ReturnType<typeof withKey>>) => object | Promise<object>;

  it.each<[string, Lie]>([
    [
      'that was given to a page of another origin',
      ({ credentialOptions }, { key }) =>
        key.pretending({ origin: 'https://gatehouse.example' }).get(credentialOptions),
    ],
    [
      'for another relying party',
      ({ credentialOptions }, { key }) => key.pretending({ rpId: 'gatehouse.example' }).get(credentialOptions),
    ],
    [
      'to the challenge of another sign-in',
      async (_, { user, key }) => key.get((await user.begin()).credentialOptions),
    ],
    ['of another user’s key', async ({ credentialOptions }) => (await withKey()).key.get(credentialOptions)],
    [
      'of a key of another account',
      async ({ credentialOptions }) => (await withKey(await newTenant(tenant.baseUrl))).key.get(credentialOptions),
    ],
    [
      'of another key under the same credential id',
      ({ credentialOptions }, { key }) => ({
        ...new SoftwareAuthenticator('localhost', origin).get(credentialOptions),
        id: key.credentialId,
        rawId: key.credentialId,
      }),
    ],
    [
      'of a key that says it is somebody else’s',
      async ({ credentialOptions }, { key }) => key.get(credentialOptions, (await aUser()).handle),
    ],
    [
      'that was made for a registration',
      ({ credentialOptions }, { key }) => {
        const { clientDataJSON } = key.create(credentialOptions).response;
        const signed = key.get(credentialOptions);
        return { ...signed, response: { ...signed.response, clientDataJSON } };
      },
    ],
  ])('%s', async (_, lie) => {
    const victim = await withKey();
    const asked = await victim.user.begin();
    expect((await answer(asked, await lie(asked, victim))).body).toMatchObject({ status: 401, code: 'SignInFailed' });
  });

  it('of a copy of the key, whose counter is behind', async () => {
    const { user, key } = await withKey();
    key.signCount = 10;
    const first = await user.begin();
    expect((await answer(first, key.get(first.credentialOptions))).body.status).toBe('signedIn');
    for (const behind of [10, 5, -1]) {
      key.signCount = behind;
      const asked = await user.begin();
      // 11 was already used; 6 and 0 are older.
      expect((await answer(asked, key.get(asked.credentialOptions))).body.code).toBe('SignInFailed');
    }
    const { body } = await tenant.rest.get('/v1/audit-events?operation=gatehouse:SignInWithMfa');
    const reasons = (body.events as { resourceArn: string; reason?: string }[])
      .filter(({ resourceArn }) => resourceArn.endsWith(`/${user.userName}`))
      .map(({ reason }) => reason ?? 'none');
    expect(reasons.filter((reason) => /counter of the security key did not increase/.test(reason))).toHaveLength(3);
    key.signCount = 20;
    const last = await user.begin();
    expect((await answer(last, key.get(last.credentialOptions))).body.status).toBe('signedIn');
  });

  it('that was given before, in this sign-in or the next', async () => {
    const { user, key } = await withKey();
    const asked = await user.begin();
    const given = key.get(asked.credentialOptions);
    const answers = await Promise.all([1, 2, 3].map(() => answer(asked, given)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
    expect((await answer(await user.begin(), given)).body.code).toBe('SignInFailed');
  });

  it('to a challenge that a wrong answer has used up', async () => {
    const { user, key } = await withKey();
    const asked = await user.begin();
    const wrong = key.pretending({ origin: 'https://gatehouse.example' }).get(asked.credentialOptions);
    expect((await answer(asked, wrong)).status).toBe(401);
    expect((await answer(asked, key.get(asked.credentialOptions))).status).toBe(401);
  });
});

describe('a registration is refused', () => {
  it.each<[string, (key: SoftwareAuthenticator) => SoftwareAuthenticator]>([
    ['on a page of another origin', (key) => key.pretending({ origin: 'https://gatehouse.example' })],
    ['for another relying party', (key) => key.pretending({ rpId: 'gatehouse.example' })],
  ])('%s', async (_, lie) => {
    const user = await aUser();
    const key = lie(new SoftwareAuthenticator('localhost', origin));
    const { body } = await register(user, key.create(await challengeFor(user)));
    expect(body).toMatchObject({ status: 400, code: 'InvalidInput' });
  });

  it('with a challenge that was used, or that the server never gave', async () => {
    const user = await aUser();
    const options = await challengeFor(user);
    const newKey = () => new SoftwareAuthenticator('localhost', origin);
    expect((await register(user, newKey().create(options))).status).toBe(201);
    expect((await register(user, newKey().create(options))).body.code).toBe('InvalidInput');
    const invented = { challenge: Buffer.alloc(32, 7).toString('base64url') };
    expect((await register(user, newKey().create(invented))).body.code).toBe('InvalidInput');
  });

  it('with a challenge of another account', async () => {
    const other = await aUser(await newTenant(tenant.baseUrl));
    const options = await challengeFor(await aUser());
    const key = new SoftwareAuthenticator('localhost', origin);
    expect((await register(other, key.create(options))).body.code).toBe('InvalidInput');
  });
});

describe('what becomes of other sessions', () => {
  it('they end when a key is registered or taken away; the one that does it goes on', async () => {
    const user = await aUser();
    const { userName } = user;
    const signIn = async () => {
      const { body } = await stranger.post('/v1/sign-in', { account: tenant.accountId, userName, password });
      return new RestClient(tenant.baseUrl, body.accessToken as string);
    };
    const policyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: ['gatehouse:*SecurityKey*', 'iam:EnableMFADevice'], Resource: '*' }],
    });
    await tenant.rest.put(`/v1/users/${userName}/policies/keys`, { policyDocument });
    const [here, elsewhere] = [await signIn(), await signIn()];
    const { body } = await here.post('/v1/security-keys/registration-options');
    const key = new SoftwareAuthenticator('localhost', origin);
    const credential = key.create(body.options as { challenge: string });
    expect((await here.post('/v1/security-keys', { securityKeyName: 'key', credential })).status).toBe(201);
    expect((await here.get('/v1/session')).status).toBe(200);
    expect((await elsewhere.get('/v1/session')).status).toBe(401);
  });
});
