import { setTimeout as pause } from 'node:timers/promises';
import { type Credentials, GetCallerIdentityCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts';
import { ListUsersCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { RestClient } from '../support/rest-client.js';
import { addRole, assume, sessionClients, trusting } from '../support/sessions.js';
import { sharedServer } from '../support/shared-server.js';
import { allow, managementTenant, newTenant, signIn, type Tenant, type TestUser } from '../support/tenant.js';
import { twoCodes } from '../support/totp.js';

const { baseUrl } = sharedServer();
const password = 'First-password-1234';
let tenant: Tenant;

beforeAll(async () => {
  tenant = await newTenant(baseUrl);
});

const isGood = (credentials: Credentials) =>
  sessionClients(baseUrl, credentials)
    .sts.send(new GetCallerIdentityCommand({}))
    .then(
      () => true,
      (error: Error) => {
        if (error.name === 'ExpiredToken') return false;
        throw error;
      },
    );
const areGood = async (all: readonly Credentials[]) => Promise.all(all.map(isGood));

async function signedIn(userName: string, withPassword = password): Promise<RestClient> {
  const credentials = { account: tenant.accountId, userName, password: withPassword };
  const { body } = await new RestClient(baseUrl).post('/v1/sign-in', credentials);
  if (body.status !== 'signedIn') throw new Error(JSON.stringify(body));
  return new RestClient(baseUrl, body.accessToken as string);
}

/** What a thief obtains with a session: temporary credentials of the same principal. */
async function stolen(by: RestClient): Promise<Credentials[]> {
  const session = await by.post('/v1/session-tokens', { durationSeconds: 36_000 });
  const federated = await by.post('/v1/federation-tokens', { name: 'thief', durationSeconds: 36_000 });
  return [session, federated].map(({ status, body }) => {
    if (status !== 201) throw new Error(JSON.stringify(body));
    const { accessKeyId, secretAccessKey, sessionToken } = body.credentials as Record<string, string>;
    return { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } as Credentials;
  });
}

let users = 0;
async function newUser(): Promise<TestUser> {
  const user = await tenant.addUser(`user-${(users += 1)}`, allow('sts:*', 'iam:ChangePassword', 'iam:*MFA*'));
  const profile = await tenant.rest.post(`/v1/users/${user.userName}/login-profile`, { password });
  expect(profile.status).toBe(201);
  return user;
}

async function virtualDevice(name: string) {
  const { body } = await tenant.rest.post('/v1/virtual-mfa-devices', { virtualMfaDeviceName: name });
  const { serialNumber, base32StringSeed } = body.virtualMfaDevice as Record<string, string>;
  return { serialNumber: serialNumber!, seed: Buffer.from(base32StringSeed!, 'base64').toString() };
}

async function enableDevice({ userName }: TestUser): Promise<string> {
  const { serialNumber, seed } = await virtualDevice(`device-${userName}`);
  const enabled = await tenant.rest.post('/v1/mfa-devices/enable', { userName, serialNumber, ...twoCodes(seed) });
  expect(enabled.status).toBeLessThan(300);
  return serialNumber;
}

/** Everything that ends the sessions of a user. */
const endings: Readonly<Record<string, (user: TestUser, session: RestClient) => Promise<{ status: number }>>> = {
  'signing out everywhere': (_, session) => session.delete('/v1/sessions'),
  'changing the password': (_, session) =>
    session.post('/v1/change-password', { oldPassword: password, newPassword: 'Second-password-1234' }),
  'a new password by an administrator': ({ userName }) =>
    tenant.rest.patch(`/v1/users/${userName}/login-profile`, { password: 'Second-password-1234' }),
  'deletion of the login profile': ({ userName }) => tenant.rest.delete(`/v1/users/${userName}/login-profile`),
  'a new MFA device': async (user) => {
    await enableDevice(user);
    return { status: 200 };
  },
  'revocation by an administrator': ({ userName }) => tenant.rest.post(`/v1/users/${userName}/revoke-sessions`),
};

/** Threat: the thief of a session obtains credentials that survive whatever its owner does. */
describe('temporary credentials of a user end with', () => {
  it.each(Object.entries(endings))('%s', async (_, end) => {
    const user = await newUser();
    const session = await signedIn(user.userName);
    const byKey = (await user.sts.send(new GetSessionTokenCommand({}))).Credentials!;
    const all = [...(await stolen(session)), byKey];
    expect(await areGood(all)).toEqual([true, true, true]);
    expect((await end(user, session)).status).toBeLessThan(300);
    expect(await areGood(all)).toEqual([false, false, false]);
    // Credentials that are issued immediately afterwards are valid: there is no gap.
    const next = (await user.sts.send(new GetSessionTokenCommand({}))).Credentials!;
    expect(await isGood(next)).toBe(true);
  });

  it('the removal of an MFA device', async () => {
    const user = await newUser();
    const serialNumber = await enableDevice(user);
    const { Credentials: before } = await user.sts.send(new GetSessionTokenCommand({}));
    const path = `/v1/mfa-devices/deactivate`;
    const answer = await tenant.rest.post(path, { userName: user.userName, serialNumber });
    expect(answer.status).toBeLessThan(300);
    expect(await isGood(before!)).toBe(false);
  });

  it('and no session of anybody else', async () => {
    const [one, other] = [await newUser(), await newUser()];
    const session = await signedIn(other.userName);
    const credentials = await stolen(session);
    await tenant.rest.post(`/v1/users/${one.userName}/revoke-sessions`);
    expect(await areGood(credentials)).toEqual([true, true]);
    expect((await session.get('/v1/session')).status).toBe(200);
  });
});

it('an administrator signs a user out, who can sign in again', async () => {
  const { userName } = await newUser();
  const session = await signedIn(userName);
  expect((await tenant.rest.post(`/v1/users/${userName}/revoke-sessions`)).status).toBe(204);
  expect((await session.get('/v1/session')).status).toBe(401);
  expect((await (await signedIn(userName)).get('/v1/session')).status).toBe(200);
});

describe('credentials of the root user end with', () => {
  const rootCredentials = async () => {
    const owner = await newTenant(baseUrl);
    const { body } = await owner.rest.post('/v1/session-tokens', {});
    const { accessKeyId, secretAccessKey, sessionToken } = body.credentials as Record<string, string>;
    const made = { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken };
    return { owner, credentials: made as Credentials };
  };

  it('a change of its password', async () => {
    const { owner, credentials } = await rootCredentials();
    const change = { password: owner.password, newPassword: 'Changed-owner-1234' };
    expect((await owner.rest.post('/v1/root-user/password', change)).status).toBeLessThan(300);
    expect(await isGood(credentials)).toBe(false);
  });

  it('signing out everywhere', async () => {
    const { owner, credentials } = await rootCredentials();
    expect((await owner.rest.delete('/v1/sessions')).status).toBe(204);
    expect(await isGood(credentials)).toBe(false);
  });

  it('a suspension of the account, and stay so when it is lifted', async () => {
    const { owner, credentials } = await rootCredentials();
    const { rest } = await managementTenant(baseUrl);
    const path = `/v1/accounts/${owner.accountId}`;
    expect((await rest.put(`${path}/suspension`, { reason: 'a test' })).status).toBeLessThan(300);
    expect((await rest.put(`${path}/reactivation`)).status).toBeLessThan(300);
    expect(await isGood(credentials)).toBe(false);
    expect((await owner.rest.get('/v1/session')).status).toBe(401);
    await owner.sts.send(new GetCallerIdentityCommand({}));
    await signIn(baseUrl, owner.email, owner.password);
  });
});

describe('sessions of a role', () => {
  it('end when the role’s sessions are revoked, and it can be assumed again', async () => {
    const user = await newUser();
    const roleArn = await addRole(tenant, trusting({ Principal: { AWS: user.arn } }));
    const { credentials } = await assume(baseUrl, user, roleArn);
    expect(await isGood(credentials)).toBe(true);
    const path = `/v1/roles/${roleArn.split('/').at(-1)!}/revoke-sessions`;
    expect((await tenant.rest.post(path)).status).toBe(204);
    expect(await isGood(credentials)).toBe(false);
    expect(await isGood((await assume(baseUrl, user, roleArn)).credentials)).toBe(true);
  });

  it('live on when those of the user who assumed it are revoked, as on AWS', async () => {
    const user = await newUser();
    const roleArn = await addRole(tenant, trusting({ Principal: { AWS: user.arn } }));
    const { credentials } = await assume(baseUrl, user, roleArn);
    await tenant.rest.post(`/v1/users/${user.userName}/revoke-sessions`);
    expect(await isGood(credentials)).toBe(true);
  });

  /** IAM User Guide, "Revoking IAM role temporary security credentials". */
  it('lose everything by the policy AWSRevokeOlderSessions too', async () => {
    const user = await newUser();
    const roleArn = await addRole(tenant, trusting({ Principal: { AWS: user.arn } }), 'iam:ListUsers');
    const older = await assume(baseUrl, user, roleArn);
    await older.iam.send(new ListUsersCommand({}));
    const until = new Date(Date.now() + 1000);
    const Condition = { DateLessThan: { 'aws:TokenIssueTime': until.toISOString() } };
    const Statement = { Effect: 'Deny', Action: '*', Resource: '*', Condition };
    const RoleName = roleArn.split('/').at(-1)!;
    const PolicyName = 'AWSRevokeOlderSessions';
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await tenant.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
    await expect(older.iam.send(new ListUsersCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' });
    while (Date.now() < until.getTime() + 1000) await pause(50);
    await (await assume(baseUrl, user, roleArn)).iam.send(new ListUsersCommand({}));
  });
});

it('RevokeSessions of an account ends everything but keys and passwords', async () => {
  const owner = await newTenant(baseUrl);
  const user = await owner.addUser('somebody', allow('sts:*'));
  const roleArn = await addRole(owner, trusting({ Principal: { AWS: user.arn } }));
  const ofUser = (await user.sts.send(new GetSessionTokenCommand({}))).Credentials!;
  const ofRoot = (await owner.sts.send(new GetSessionTokenCommand({}))).Credentials!;
  const ofRole = (await assume(baseUrl, user, roleArn)).credentials;
  expect(await areGood([ofUser, ofRoot, ofRole])).toEqual([true, true, true]);
  expect((await owner.rest.post('/v1/account/revoke-sessions')).status).toBe(204);
  expect(await areGood([ofUser, ofRoot, ofRole])).toEqual([false, false, false]);
  expect((await owner.rest.get('/v1/session')).status).toBe(401);
  await user.sts.send(new GetCallerIdentityCommand({}));
  await owner.sts.send(new GetCallerIdentityCommand({}));
  expect((await (await signIn(baseUrl, owner.email, owner.password)).get('/v1/session')).status).toBe(200);
});

it('revoking needs gatehouse:RevokeSessions on the user or role', async () => {
  const Resource = `arn:aws:iam::${tenant.accountId}:user/helped-*`;
  const helper = await tenant.addUser('helper', {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: 'gatehouse:RevokeSessions', Resource },
  });
  await tenant.rest.post(`/v1/users/helper/login-profile`, { password });
  await tenant.addUser('helped-one');
  await tenant.addUser('another-one');
  const rest = await signedIn(helper.userName);
  expect((await rest.post('/v1/users/helped-one/revoke-sessions')).status).toBe(204);
  for (const path of ['users/another-one', 'roles/none', 'account']) {
    const answer = await rest.post(`/v1/${path}/revoke-sessions`);
    expect([path, answer.status, answer.body?.code]).toEqual([path, 403, 'AccessDenied']);
  }
});

/** Threat: a thief of a session that ends soon obtains credentials that do not. */
it('GetSessionToken and GetFederationToken end with the sign-in session', async () => {
  const { userName } = await newUser();
  const session = await signedIn(userName);
  const { sessions } = (await session.get('/v1/sessions')).body as { sessions: { expiresAt: string }[] };
  const ends = new Date(sessions[0]!.expiresAt).getTime();
  for (const [path, more] of [
    ['/v1/session-tokens', {}],
    ['/v1/federation-tokens', { name: 'longer' }],
  ] as const) {
    const { body } = await session.post(path, { durationSeconds: 129_600, ...more });
    const { expiration } = body.credentials as { expiration: string };
    expect(new Date(expiration).getTime()).toBeLessThanOrEqual(ends);
    expect(ends - new Date(expiration).getTime()).toBeLessThan(1000);
  }
});
