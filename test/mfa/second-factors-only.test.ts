import { GetSessionTokenCommand } from '@aws-sdk/client-sts';
import { localOrigin, SoftwareAuthenticator } from '../support/authenticator.js';
import {
  handleOf,
  type Post,
  registerKey,
  signInWithPasskey,
  userPassword,
  userWithSession,
} from '../support/passkeys.js';
import { RestClient } from '../support/rest-client.js';
import { signedCall } from '../support/services.js';
import { sharedServer } from '../support/shared-server.js';
import { type AccessKey, allow, newTenant, type Tenant } from '../support/tenant.js';

const { baseUrl } = sharedServer();
const stranger = new RestClient(baseUrl);

let tenant: Tenant;

beforeAll(async () => {
  tenant = await newTenant(baseUrl);
});

const bySession =
  (session: RestClient): Post =>
  (path, body) =>
    session.post(path, body);
const bySignature =
  (accessKey: AccessKey): Post =>
  (path, body = {}) =>
    signedCall(baseUrl, accessKey, 'POST', path, body);

async function sessionOf(credentials: object): Promise<RestClient> {
  const { body } = await stranger.post('/v1/sign-in', credentials);
  expect(body.status).toBe('signedIn');
  return new RestClient(baseUrl, body.accessToken as string);
}

/** As a second factor: after the password, by someone who knows it. */
async function signInWithPassword(credentials: object, key: SoftwareAuthenticator) {
  const { challengeToken, credentialOptions } = (await stranger.post('/v1/sign-in', credentials)).body;
  const credential = key.get(credentialOptions as { challenge: string });
  return stranger.post('/v1/sign-in/mfa', { challengeToken, credential });
}

const secondFactorOnly = {
  status: 401,
  body: { code: 'SignInFailed', detail: 'This passkey is a second factor only. Sign in with your password first.' },
};

/** Threat: someone who can register a key without proving the owner's password can sign in as the owner forever. */
describe('a security key is a second factor only', () => {
  it('when somebody else registered it', async () => {
    const user = await userWithSession(tenant);
    const { accessKey } = await tenant.addUser(
      `delegate-${user.userName}`,
      allow('gatehouse:*SecurityKey*', 'iam:EnableMFADevice'),
    );
    const { key, answer } = await registerKey(bySignature(accessKey), baseUrl, user.userName);
    expect(answer.status).toBe(201);
    expect(await signInWithPasskey(stranger, key, user.handle)).toMatchObject(secondFactorOnly);
    expect((await signInWithPassword(user.credentials, key)).body.status).toBe('signedIn');
  });

  it('when the root user registered it for a user, just signed in', async () => {
    const user = await userWithSession(tenant);
    const { key } = await registerKey(bySession(tenant.rest), baseUrl, user.userName);
    expect(await signInWithPasskey(stranger, key, user.handle)).toMatchObject(secondFactorOnly);
  });

  it('when it was registered with an access key of its user, or of the root user', async () => {
    const user = await userWithSession(tenant, 'iam:CreateAccessKey');
    const { accessKey } = (await tenant.rest.post('/v1/access-keys', { userName: user.userName })).body;
    const { key } = await registerKey(bySignature(accessKey as AccessKey), baseUrl);
    expect(await signInWithPasskey(stranger, key, user.handle)).toMatchObject(secondFactorOnly);
    const owner = await newTenant(baseUrl);
    const ofRoot = await registerKey(bySignature(owner.accessKey), baseUrl);
    const handle = handleOf(owner.accountId, owner.accountId);
    expect(await signInWithPasskey(stranger, ofRoot.key, handle)).toMatchObject(secondFactorOnly);
  });

  it('when it is a U2F key, even one that its owner imported in a session', async () => {
    const user = await userWithSession(tenant);
    const session = await sessionOf(user.credentials);
    const appId = localOrigin(baseUrl);
    const key = new SoftwareAuthenticator(appId, localOrigin(baseUrl));
    const { credentialId: keyHandle, u2fPublicKey: publicKey } = key;
    const input = { securityKeyName: 'old', keyHandle, publicKey, appId };
    expect((await session.post('/v1/security-keys/u2f', input)).status).toBe(201);
    expect(await signInWithPasskey(stranger, key, user.handle)).toMatchObject(secondFactorOnly);
    expect((await signInWithPassword(user.credentials, key)).body.status).toBe('signedIn');
  });

  it('and the audit log says so', async () => {
    const user = await userWithSession(tenant);
    const { key } = await registerKey(bySession(tenant.rest), baseUrl, user.userName);
    await signInWithPasskey(stranger, key, user.handle);
    const { events } = (await tenant.rest.get('/v1/audit-events?operation=gatehouse:SignInWithPasskey')).body;
    expect(events[0]).toMatchObject({ outcome: 'failed', reason: 'The security key is a second factor only' });
  });

  /** Threat: a thief who knew the password registered a key, and still has it after the account was recovered. */
  it('after somebody else set the password of its user', async () => {
    const user = await userWithSession(tenant);
    const { key } = await registerKey(bySession(await sessionOf(user.credentials)), baseUrl);
    expect((await signInWithPasskey(stranger, key, user.handle)).status).toBe(200);
    const password = 'Administrators-password-1';
    await tenant.rest.patch(`/v1/users/${user.userName}/login-profile`, { password });
    expect(await signInWithPasskey(stranger, key, user.handle)).toMatchObject(secondFactorOnly);
  });

  it('after the password of its user was taken away and given again', async () => {
    const user = await userWithSession(tenant);
    const { key } = await registerKey(bySession(await sessionOf(user.credentials)), baseUrl);
    await tenant.rest.delete(`/v1/users/${user.userName}/login-profile`);
    await tenant.rest.post(`/v1/users/${user.userName}/login-profile`, { password: userPassword });
    expect(await signInWithPasskey(stranger, key, user.handle)).toMatchObject(secondFactorOnly);
  });
});

/** Threat: limits on `iam:` are evaded with operations that only Gatehouse has. */
describe('operations on security keys', () => {
  it('are closed to temporary credentials without MFA', async () => {
    const { sts } = await tenant.addUser('ana', allow('*'));
    const { Credentials } = await sts.send(new GetSessionTokenCommand({}));
    const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!;
    const accessKey = { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! };
    const { answer } = await registerKey(bySignature(accessKey), baseUrl);
    expect(answer).toMatchObject({ status: 403, body: { code: 'AccessDenied' } });
    expect(answer.body.detail).toContain('session credentials that were obtained without MFA');
  });

  it('need iam:EnableMFADevice too, so a Deny of iam:* or a boundary without it holds', async () => {
    const withIam = await tenant.addUser('with-iam', allow('gatehouse:*', 'iam:EnableMFADevice'));
    const without = await tenant.addUser('without-iam', allow('gatehouse:*'));
    expect((await registerKey(bySignature(withIam.accessKey), baseUrl)).answer.status).toBe(201);
    const { answer } = await registerKey(bySignature(without.accessKey), baseUrl);
    expect(answer).toMatchObject({ status: 403, body: { code: 'AccessDenied' } });
    expect(answer.body.detail).toContain('is not authorized to perform: iam:EnableMFADevice');
  });
});
