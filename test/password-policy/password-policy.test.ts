import { ChangePasswordCommand, UpdateAccountPasswordPolicyCommand } from '@aws-sdk/client-iam';
import { RestClient } from '../support/rest-client.js';
import { sharedServer } from '../support/shared-server.js';
import { newTenant, type Tenant, type TestUser } from '../support/tenant.js';

const first = 'First-password-1';
const second = 'Second-password-2';
const third = 'Third-password-3';

let tenant: Tenant;
let ana: TestUser;

beforeEach(async () => {
  tenant = await newTenant(sharedServer().baseUrl);
  ana = await tenant.addUser('ana');
});

const setPolicy = (policy: object) => tenant.rest.put('/v1/password-policy', policy);
const create = (password: string, more = {}) => tenant.rest.post('/v1/users/ana/login-profile', { password, ...more });
const update = (password: string) => tenant.rest.patch('/v1/users/ana/login-profile', { password });
const change = (OldPassword: string, NewPassword: string) =>
  ana.iam.send(new ChangePasswordCommand({ OldPassword, NewPassword }));
const signIn = (password: string) =>
  new RestClient(tenant.baseUrl).post('/v1/sign-in', { account: tenant.accountId, userName: 'ana', password });

describe('the password policy', () => {
  it('holds for every way in which a password is set', async () => {
    await setPolicy({ minimumPasswordLength: 12, requireSymbols: true, allowUsersToChangePassword: true });
    const weak = 'Weakpassword';
    const detail = 'Password should have at least one symbol';
    expect((await create(weak)).body).toMatchObject({ code: 'PasswordPolicyViolation', detail });
    expect((await create(first)).status).toBe(201);
    expect((await update(weak)).body).toMatchObject({ code: 'PasswordPolicyViolation', detail });
    await expect(change(first, weak)).rejects.toMatchObject({
      name: 'PasswordPolicyViolationException',
      message: detail,
    });
  });

  it("is AWS's default without one of the account's own", async () => {
    expect((await create('short-1A')).status).toBe(201);
    expect((await update('alllowercase')).body.detail).toContain('meet 2 more of the following requirements');
    expect((await update('ana')).body.detail).toContain('minimum length of 8');
    expect((await update(tenant.email)).body.detail).toContain('identical to your account name or email');
  });

  /** Threat: a password that everyone tries first. */
  it('never lets a common password through, in any case', async () => {
    await setPolicy({});
    for (const common of ['password1', 'PASSWORD1', 'qwerty123']) {
      expect((await create(common)).body).toMatchObject({ code: 'PasswordPolicyViolation' });
    }
  });

  it('keeps earlier passwords from coming back, the current one included', async () => {
    await create(first);
    await setPolicy({ passwordReusePrevention: 2 });
    const reused = 'Policy constraint violation with password reuse prevention during password change';
    expect((await update(first)).body).toMatchObject({ code: 'PasswordPolicyViolation', detail: reused });
    expect((await update(second)).status).toBe(204);
    expect((await update(first)).body.detail).toBe(reused);
    expect((await update(third)).status).toBe(204);
    expect((await update(first)).status).toBe(204);
  });

  it('remembers beyond the login profile', async () => {
    await create(first);
    await setPolicy({ passwordReusePrevention: 24 });
    await tenant.rest.delete('/v1/users/ana/login-profile');
    expect((await create(first)).body).toMatchObject({ code: 'PasswordPolicyViolation' });
  });

  it.each([
    [{ MinimumPasswordLength: 129 }],
    [{ MaxPasswordAge: 0 }],
    [{ MaxPasswordAge: 1096 }],
    [{ PasswordReusePrevention: 25 }],
  ])('has the bounds of AWS: %j', async (policy) => {
    await expect(tenant.iam.send(new UpdateAccountPasswordPolicyCommand(policy))).rejects.toMatchObject({
      name: 'ValidationError',
    });
  });
});

describe('ChangePassword', () => {
  it('needs a permission, which the policy gives to all users at once', async () => {
    await create(first);
    await expect(change(first, second)).rejects.toMatchObject({ name: 'AccessDenied' });
    await setPolicy({ allowUsersToChangePassword: true });
    await change(first, second);
    expect((await signIn(second)).status).toBe(200);
    await setPolicy({});
    await expect(change(second, third)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('does not override an explicit deny', async () => {
    await create(first);
    await setPolicy({ allowUsersToChangePassword: true });
    const policyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: 'iam:ChangePassword', Resource: '*' }],
    });
    await tenant.rest.put('/v1/users/ana/policies/deny', { policyDocument });
    await expect(change(first, second)).rejects.toMatchObject({ message: expect.stringContaining('explicit deny') });
  });

  /** Threat: someone uses an unattended session or a leaked key to set a password. */
  it('wants the old password', async () => {
    await create(first);
    await setPolicy({ allowUsersToChangePassword: true });
    await expect(change('Not-the-password-1', second)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'The old password was incorrect.',
    });
    expect((await signIn(first)).status).toBe(200);
  });

  it('ends the sessions of the user', async () => {
    await create(first);
    await setPolicy({ allowUsersToChangePassword: true });
    const session = new RestClient(tenant.baseUrl, (await signIn(first)).body.accessToken as string);
    const body = { oldPassword: first, newPassword: second };
    expect((await session.post('/v1/change-password', body)).status).toBe(204);
    expect((await session.get('/v1/caller-identity')).status).toBe(401);
  });

  it('is for users that have a password', async () => {
    await setPolicy({ allowUsersToChangePassword: true });
    await expect(change(first, second)).rejects.toMatchObject({ name: 'NoSuchEntityException' });
    const body = { oldPassword: tenant.password, newPassword: second };
    expect((await tenant.rest.post('/v1/change-password', body)).body).toMatchObject({ code: 'InvalidUserType' });
  });
});
