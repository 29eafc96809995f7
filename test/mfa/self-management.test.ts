import {
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  DeactivateMFADeviceCommand,
  EnableMFADeviceCommand,
  ListAccessKeysCommand,
  ListMFADevicesCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { RestClient } from '../support/rest-client.js';
import { sharedServer } from '../support/shared-server.js';
import { allow, awsClients, newTenant, type Tenant } from '../support/tenant.js';
import { totp, twoCodes } from '../support/totp.js';
import { trust } from '../support/trust.js';

const password = 'Ana-password-1234';

/**
 * IAM User Guide, "AWS: Allows MFA-authenticated IAM users to manage their own credentials on the Security credentials
 * page", literally; the statements on signing certificates, SSH keys and Git credentials are omitted.
 */
const selfManagement = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'AllowViewAccountInfo',
      Effect: 'Allow',
      Action: ['iam:GetAccountPasswordPolicy', 'iam:ListVirtualMFADevices'],
      Resource: '*',
    },
    {
      Sid: 'AllowManageOwnPasswords',
      Effect: 'Allow',
      Action: ['iam:ChangePassword', 'iam:GetUser'],
      Resource: 'arn:aws:iam::*:user/${aws:username}',
    },
    {
      Sid: 'AllowManageOwnAccessKeys',
      Effect: 'Allow',
      Action: [
        'iam:CreateAccessKey',
        'iam:DeleteAccessKey',
        'iam:ListAccessKeys',
        'iam:UpdateAccessKey',
        'iam:GetAccessKeyLastUsed',
      ],
      Resource: 'arn:aws:iam::*:user/${aws:username}',
    },
    {
      Sid: 'AllowManageOwnVirtualMFADevice',
      Effect: 'Allow',
      Action: ['iam:CreateVirtualMFADevice'],
      Resource: 'arn:aws:iam::*:mfa/*',
    },
    {
      Sid: 'AllowManageOwnUserMFA',
      Effect: 'Allow',
      Action: ['iam:DeactivateMFADevice', 'iam:EnableMFADevice', 'iam:ListMFADevices', 'iam:ResyncMFADevice'],
      Resource: 'arn:aws:iam::*:user/${aws:username}',
    },
    {
      Sid: 'DenyAllExceptListedIfNoMFA',
      Effect: 'Deny',
      NotAction: [
        'iam:CreateVirtualMFADevice',
        'iam:EnableMFADevice',
        'iam:GetUser',
        'iam:GetMFADevice',
        'iam:ListMFADevices',
        'iam:ListVirtualMFADevices',
        'iam:ResyncMFADevice',
        'sts:GetSessionToken',
      ],
      Resource: '*',
      Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
    },
  ],
};

let tenant: Tenant;
let stranger: RestClient;

beforeAll(async () => {
  tenant = await newTenant(sharedServer().baseUrl);
  stranger = new RestClient(tenant.baseUrl);
});

async function newUser(userName: string) {
  const user = await tenant.addUser(userName, selfManagement);
  await tenant.rest.post(`/v1/users/${userName}/login-profile`, { password });
  const signIn = async (code?: string) => {
    const first = await stranger.post('/v1/sign-in', { account: tenant.accountId, userName, password });
    const { challengeToken } = first.body as { challengeToken: string };
    const last = code === undefined ? first : await stranger.post('/v1/sign-in/mfa', { challengeToken, code });
    expect(last.body.status).toBe('signedIn');
    return new RestClient(tenant.baseUrl, last.body.accessToken as string);
  };
  return { ...user, signIn };
}

const explicitDeny = { status: 403, body: { detail: expect.stringContaining('explicit deny') } };

describe('AWS’s policy for users who manage their own credentials', () => {
  it('lets a user without MFA make a device and enable it, and little else until they sign in with it', async () => {
    const ana = await newUser('ana');
    const without = await ana.signIn();
    expect(await without.get('/v1/access-keys')).toMatchObject(explicitDeny);
    const created = await without.post('/v1/virtual-mfa-devices', { virtualMfaDeviceName: 'anas-phone' });
    expect(created.status).toBe(201);
    const { serialNumber, base32StringSeed } = created.body.virtualMfaDevice as Record<string, string>;
    const seed = Buffer.from(base32StringSeed!, 'base64').toString();
    const enabled = await without.post('/v1/mfa-devices/enable', {
      userName: 'ana',
      serialNumber,
      ...twoCodes(seed),
    });
    expect(enabled.status).toBe(204);
    // The session continues, still without MFA, so it cannot remove the device.
    const ownDevice = { userName: 'ana', serialNumber };
    expect(await without.post('/v1/mfa-devices/deactivate', ownDevice)).toMatchObject(explicitDeny);

    const withMfa = await ana.signIn(totp(seed, Date.now() + 30_000));
    expect((await withMfa.get('/v1/access-keys')).status).toBe(200);
    expect((await withMfa.get('/v1/mfa-devices')).body.mfaDevices).toHaveLength(1);
    expect((await withMfa.post('/v1/users', { userName: 'accomplice' })).status).toBe(403);
    expect((await withMfa.post('/v1/mfa-devices/deactivate', ownDevice)).status).toBe(204);
  });

  it('counts long-term keys as without MFA', async () => {
    const { iam, userName } = await newUser('bob');
    expect((await iam.send(new ListMFADevicesCommand())).MFADevices).toEqual([]);
    const created = await iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: userName }));
    const { SerialNumber, Base32StringSeed } = created.VirtualMFADevice!;
    const { authenticationCode1, authenticationCode2 } = twoCodes(Buffer.from(Base32StringSeed!).toString());
    await iam.send(
      new EnableMFADeviceCommand({
        UserName: userName,
        SerialNumber,
        AuthenticationCode1: authenticationCode1,
        AuthenticationCode2: authenticationCode2,
      }),
    );
    await expect(iam.send(new ListAccessKeysCommand())).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('explicit deny'),
    });
    await expect(iam.send(new CreateUserCommand({ UserName: 'x' }))).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  /** Threat: one user enables, lists or removes the devices of another. */
  it('is about one’s own devices alone', async () => {
    const eve = await newUser('eve');
    await tenant.rest.post('/v1/users', { userName: 'victim' });
    const { body } = await tenant.rest.post('/v1/virtual-mfa-devices', { virtualMfaDeviceName: 'victims-phone' });
    const { serialNumber, base32StringSeed } = body.virtualMfaDevice as Record<string, string>;
    const codes = twoCodes(Buffer.from(base32StringSeed!, 'base64').toString());
    const mine = await eve.signIn();
    const theirs = { userName: 'victim', serialNumber };
    expect((await mine.post('/v1/mfa-devices/enable', { ...theirs, ...codes })).status).toBe(403);
    expect((await mine.get('/v1/mfa-devices?userName=victim')).status).toBe(403);
    expect((await tenant.rest.post('/v1/mfa-devices/enable', { ...theirs, ...codes })).status).toBe(204);
    // As if it were one of eve's own.
    const claimed = { userName: 'eve', serialNumber };
    expect((await mine.post('/v1/mfa-devices/resync', { ...claimed, ...codes })).body.code).toBe('NoSuchEntity');
    expect((await mine.post('/v1/mfa-devices/enable', { ...claimed, ...codes })).body.code).toBe('EntityAlreadyExists');
  });
});

describe('a device of another account', () => {
  it('is as good as missing, by its own ARN or by one that is made up', async () => {
    const other = await newTenant(tenant.baseUrl);
    await other.rest.post('/v1/users', { userName: 'mallory' });
    const { body } = await tenant.rest.post('/v1/virtual-mfa-devices', { virtualMfaDeviceName: 'ours' });
    const { serialNumber, base32StringSeed } = body.virtualMfaDevice as Record<string, string>;
    const codes = twoCodes(Buffer.from(base32StringSeed!, 'base64').toString());
    for (const claimed of [serialNumber!, serialNumber!.replace(tenant.accountId, other.accountId), 'mfa/ours1']) {
      const enable = { userName: 'mallory', serialNumber: claimed, ...codes };
      expect((await other.rest.post('/v1/mfa-devices/enable', enable)).body.code).toBe('NoSuchEntity');
    }
    const remove = `/v1/virtual-mfa-devices?serialNumber=${encodeURIComponent(serialNumber!)}`;
    expect((await other.rest.delete(remove)).body.code).toBe('NoSuchEntity');
  });
});

/** Threat: a Deny on the ARN of a device is evaded by writing the serial number differently. */
describe('a policy on the ARN of a device', () => {
  const guarded = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'iam:*', Resource: '*' },
      { Effect: 'Deny', Action: 'iam:*', Resource: 'arn:aws:iam::*:mfa/prod/*' },
    ],
  };

  it('holds, however the serial number is spelt', async () => {
    const { userName } = await tenant.addUser('frank', guarded);
    await tenant.rest.post('/v1/users/frank/login-profile', { password });
    const { body } = await stranger.post('/v1/sign-in', { account: tenant.accountId, userName, password });
    const frank = new RestClient(tenant.baseUrl, body.accessToken as string);
    await tenant.rest.post('/v1/virtual-mfa-devices', { virtualMfaDeviceName: 'phone', path: '/prod/' });
    const arn = `arn:aws:iam::${tenant.accountId}:mfa/prod/phone`;
    const spellings = ['mfa/prod/phone', arn.replace('iam::', 'iam:us-east-1:'), arn.replace('arn:aws', 'arn:'), arn];
    for (const serialNumber of spellings) {
      const expected = serialNumber === arn ? 403 : 404;
      const remove = `/v1/virtual-mfa-devices?serialNumber=${encodeURIComponent(serialNumber)}`;
      expect((await frank.delete(remove)).status).toBe(expected);
      const tags = [{ key: 'team', value: 'frank' }];
      expect((await frank.post('/v1/mfa-devices/tags', { serialNumber, tags })).status).toBe(expected);
    }
    const { virtualMfaDevices } = (await tenant.rest.get('/v1/virtual-mfa-devices')).body;
    expect(virtualMfaDevices).toContainEqual(expect.objectContaining({ serialNumber: arn }));
  });
});

describe('the root user', () => {
  it('has devices of its own, which it manages without a user name', async () => {
    const owner = await newTenant(tenant.baseUrl);
    const { body } = await owner.rest.post('/v1/virtual-mfa-devices', {
      virtualMfaDeviceName: 'root-account-mfa-device',
    });
    const { serialNumber, base32StringSeed } = body.virtualMfaDevice as Record<string, string>;
    const seed = Buffer.from(base32StringSeed!, 'base64').toString();
    expect((await owner.rest.post('/v1/mfa-devices/enable', { serialNumber, ...twoCodes(seed) })).status).toBe(204);
    const { virtualMfaDevices } = (await owner.rest.get('/v1/virtual-mfa-devices')).body;
    const arn = `arn:aws:iam::${owner.accountId}:root`;
    expect(virtualMfaDevices).toEqual([expect.objectContaining({ user: expect.objectContaining({ arn }) })]);
    const credentials = { email: owner.email, password: owner.password };
    const asked = (await stranger.post('/v1/sign-in', credentials)).body as { challengeToken: string };
    const code = totp(seed, Date.now() + 30_000);
    const { challengeToken } = asked;
    const signedIn = (await stranger.post('/v1/sign-in/mfa', { challengeToken, code })).body;
    expect(signedIn.status).toBe('signedIn');
    const withMfa = new RestClient(tenant.baseUrl, signedIn.accessToken as string);
    expect((await withMfa.post('/v1/mfa-devices/deactivate', { serialNumber })).status).toBe(204);
  });

  /** Threat: an administrator's role removes the owner's second factor by omitting the user name. */
  it('does not lose a device to a role, whatever the role may do', async () => {
    const { body } = await tenant.rest.post('/v1/virtual-mfa-devices', { virtualMfaDeviceName: 'owners-phone' });
    const { serialNumber, base32StringSeed } = body.virtualMfaDevice as Record<string, string>;
    const codes = twoCodes(Buffer.from(base32StringSeed!, 'base64').toString());
    expect((await tenant.rest.post('/v1/mfa-devices/enable', { serialNumber, ...codes })).status).toBe(204);

    const { arn, sts } = await tenant.addUser('assumer', allow('sts:AssumeRole'));
    const assumeRolePolicyDocument = trust({ AWS: arn });
    const created = await tenant.rest.post('/v1/roles', { roleName: 'everything', assumeRolePolicyDocument });
    const policyDocument = JSON.stringify(allow('*'));
    await tenant.rest.put('/v1/roles/everything/policies/all', { policyDocument });
    const RoleArn = created.body.role.arn as string;
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session' }));
    const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!;
    const accessKey = { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! };
    const { iam } = awsClients(tenant.baseUrl, accessKey);
    const refused = {
      name: 'ValidationError',
      message: 'Must specify userName when calling with non-User credentials',
    };
    await expect(iam.send(new ListMFADevicesCommand({}))).rejects.toMatchObject(refused);
    const deactivate = new DeactivateMFADeviceCommand({ SerialNumber: serialNumber });
    await expect(iam.send(deactivate)).rejects.toMatchObject(refused);
    // With a name it is allowed: the refusal did not come from its policies.
    expect((await iam.send(new ListMFADevicesCommand({ UserName: 'assumer' }))).MFADevices).toEqual([]);
    expect((await tenant.rest.get('/v1/mfa-devices')).body.mfaDevices).toHaveLength(1);
  });
});
