import { localOrigin, SoftwareAuthenticator } from '../support/authenticator.js';
import { twoCodes } from '../support/totp.js';
import type { CaseContext, Members, OperationCase } from './harness/operation-case.js';
import { blueTeam, tagCases } from './harness/tag-cases.js';

interface Device {
  readonly serialNumber: string;
  readonly seed: string;
}

async function aDevice({ call, unique }: CaseContext): Promise<Device> {
  const { virtualMfaDevice } = await call('iam:CreateVirtualMFADevice', {
    virtualMfaDeviceName: unique('phone'),
    tags: blueTeam,
  });
  const { serialNumber, base32StringSeed } = virtualMfaDevice as { serialNumber: string; base32StringSeed: string };
  return { serialNumber, seed: Buffer.from(base32StringSeed, 'base64').toString() };
}

async function aUser({ call, unique }: CaseContext): Promise<{ userName: string }> {
  const userName = unique('user');
  await call('iam:CreateUser', { userName });
  return { userName };
}

const toEnable = async (context: CaseContext) => {
  const { serialNumber, seed } = await aDevice(context);
  return { ...(await aUser(context)), serialNumber, ...twoCodes(seed) };
};

const enabled = async (context: CaseContext) => {
  const input = await toEnable(context);
  await context.call('iam:EnableMFADevice', input);
  return { userName: input.userName, serialNumber: input.serialNumber };
};

const named = async (context: CaseContext) => ({ serialNumber: (await aDevice(context)).serialNumber });

const noDevice = ({ tenant, unique }: CaseContext) => ({
  serialNumber: `arn:aws:iam::${tenant.accountId}:mfa/${unique('nothing')}`,
});

const notTheirs = async (context: CaseContext) => ({ ...(await aUser(context)), ...(await named(context)) });

const devicesOf = async ({ call }: CaseContext, userName: unknown) =>
  (await call('iam:ListMFADevices', { userName })).mfaDevices as Members[];

const text = (value: unknown) =>
  value instanceof Uint8Array
    ? Buffer.from(value).toString('latin1')
    : Buffer.from(String(value), 'base64').toString('latin1');

const newKey = ({ tenant }: CaseContext) => new SoftwareAuthenticator('localhost', localOrigin(tenant.baseUrl));

async function aRegistration(context: CaseContext, userName: string, key = newKey(context)): Promise<Members> {
  const { options } = await context.call('gatehouse:BeginSecurityKeyRegistration', { userName });
  const credential = key.create(options as { challenge: string });
  return { userName, securityKeyName: 'yubikey', credential };
}

async function eightDevices(context: CaseContext): Promise<string> {
  const { userName } = await enabled(context);
  for (let count = 1; count < 8; count += 1) {
    await context.call('iam:EnableMFADevice', { ...(await toEnable(context)), userName });
  }
  return userName;
}

const u2fKey = (context: CaseContext) => {
  const key = newKey(context);
  return {
    securityKeyName: 'old-key',
    keyHandle: key.credentialId,
    publicKey: key.u2fPublicKey,
    appId: 'https://old.example.com',
  };
};

const wrongCodes = { authenticationCode1: '000000', authenticationCode2: '000000' };

export const cases: readonly OperationCase[] = [
  {
    operation: 'iam:CreateVirtualMFADevice',
    arrange: ({ unique }) => ({ virtualMfaDeviceName: unique('phone'), path: '/team/', tags: blueTeam }),
    check: ({ virtualMfaDevice }, { tenant }, { virtualMfaDeviceName }) => {
      expect(virtualMfaDevice).toMatchObject({
        serialNumber: `arn:aws:iam::${tenant.accountId}:mfa/team/${virtualMfaDeviceName}`,
        tags: blueTeam,
      });
      expect(text(virtualMfaDevice.base32StringSeed)).toMatch(/^[A-Z2-7]{64}$/);
      expect(text(virtualMfaDevice.qrCodePng).slice(0, 4)).toBe('\u0089PNG');
    },
    errors: {
      EntityAlreadyExists: async (context) => ({
        virtualMfaDeviceName: (await aDevice(context)).serialNumber.replace(/^.*\//, ''),
      }),
      InvalidInput: ({ unique }) => ({ virtualMfaDeviceName: unique('device'), tags: [...blueTeam, ...blueTeam] }),
    },
  },
  {
    operation: 'iam:ListVirtualMFADevices',
    arrange: async (context) => {
      await enabled(context);
      await aDevice(context);
      return { assignmentStatus: 'Assigned' };
    },
    check: ({ virtualMfaDevices, isTruncated }) => {
      for (const device of virtualMfaDevices as Members[]) {
        expect(device).toMatchObject({ user: { userName: expect.any(String) }, enableDate: expect.anything() });
        expect(device['base32StringSeed']).toBeUndefined();
      }
      expect(virtualMfaDevices).not.toHaveLength(0);
      expect(isTruncated).toBe(false);
    },
  },
  {
    operation: 'iam:DeleteVirtualMFADevice',
    arrange: named,
    check: async (_, { call }, { serialNumber }) => {
      const { virtualMfaDevices } = await call('iam:ListVirtualMFADevices');
      expect(virtualMfaDevices).not.toContainEqual(expect.objectContaining({ serialNumber }));
    },
    errors: {
      NoSuchEntity: noDevice,
      DeleteConflict: async (context) => ({ serialNumber: (await enabled(context)).serialNumber }),
    },
  },
  {
    operation: 'iam:EnableMFADevice',
    arrange: toEnable,
    check: async (_, context, { userName, serialNumber }) => {
      expect(await devicesOf(context, userName)).toEqual([expect.objectContaining({ userName, serialNumber })]);
    },
    errors: {
      NoSuchEntity: async (context) => ({ ...(await toEnable(context)), ...noDevice(context) }),
      EntityAlreadyExists: async (context) => ({ ...(await toEnable(context)), ...(await enabled(context)) }),
      InvalidAuthenticationCode: async (context) => ({ ...(await toEnable(context)), ...wrongCodes }),
      LimitExceeded: async (context) => {
        const userName = await eightDevices(context);
        return { ...(await toEnable(context)), userName };
      },
    },
  },
  {
    operation: 'iam:ResyncMFADevice',
    arrange: async (context) => {
      const { serialNumber, seed } = await aDevice(context);
      const user = await aUser(context);
      const hours = (count: number) => Date.now() + count * 3_600_000;
      await context.call('iam:EnableMFADevice', { ...user, serialNumber, ...twoCodes(seed) });
      // A clock that is twelve hours ahead.
      return { ...user, serialNumber, ...twoCodes(seed, hours(12)) };
    },
    check: () => undefined,
    errors: {
      NoSuchEntity: async (context) => ({ ...(await notTheirs(context)), ...wrongCodes }),
      InvalidAuthenticationCode: async (context) => ({ ...(await enabled(context)), ...wrongCodes }),
    },
  },
  {
    operation: 'iam:DeactivateMFADevice',
    arrange: enabled,
    check: async (_, context, { userName, serialNumber }) => {
      expect(await devicesOf(context, userName)).toEqual([]);
      await context.call('iam:DeleteVirtualMFADevice', { serialNumber });
    },
    errors: { NoSuchEntity: notTheirs },
  },
  {
    operation: 'iam:ListMFADevices',
    arrange: async (context) => ({ userName: (await enabled(context)).userName }),
    check: ({ mfaDevices }, _, { userName }) => expect(mfaDevices).toEqual([expect.objectContaining({ userName })]),
    errors: { NoSuchEntity: ({ unique }) => ({ userName: unique('nobody') }) },
  },
  {
    operation: 'iam:GetMFADevice',
    arrange: enabled,
    check: (output, _, input) => expect(output).toMatchObject(input),
    errors: { NoSuchEntity: notTheirs },
  },
  {
    operation: 'gatehouse:BeginSecurityKeyRegistration',
    arrange: aUser,
    check: ({ options }) => expect(options).toMatchObject({ rp: { id: 'localhost' }, challenge: expect.any(String) }),
    errors: {
      NoSuchEntity: ({ unique }) => ({ userName: unique('nobody') }),
      LimitExceeded: async (context) => ({ userName: await eightDevices(context) }),
    },
  },
  {
    operation: 'gatehouse:RegisterSecurityKey',
    arrange: async (context) => aRegistration(context, (await aUser(context)).userName),
    check: async ({ serialNumber }, context, { userName }) => {
      expect(serialNumber).toMatch(`arn:aws:iam::${context.tenant.accountId}:u2f/user/${userName}/yubikey-`);
      expect(await devicesOf(context, userName)).toEqual([expect.objectContaining({ serialNumber })]);
    },
    errors: {
      NoSuchEntity: async (context) => ({
        ...(await aRegistration(context, (await aUser(context)).userName)),
        userName: context.unique('nobody'),
      }),
      // A challenge is valid only for its user.
      InvalidInput: async (context) => ({
        ...(await aRegistration(context, (await aUser(context)).userName)),
        ...(await aUser(context)),
      }),
      EntityAlreadyExists: async (context) => {
        const key = newKey(context);
        const first = await aRegistration(context, (await aUser(context)).userName, key);
        await context.call('gatehouse:RegisterSecurityKey', first);
        return aRegistration(context, (await aUser(context)).userName, key);
      },
      LimitExceeded: async (context) => {
        const { userName } = await enabled(context);
        const registration = await aRegistration(context, userName);
        for (let count = 1; count < 8; count += 1) {
          await context.call('iam:EnableMFADevice', { ...(await toEnable(context)), userName });
        }
        return registration;
      },
    },
  },
  {
    operation: 'gatehouse:ImportU2fKey',
    arrange: async (context) => ({ ...(await aUser(context)), ...u2fKey(context) }),
    check: async ({ serialNumber }, context, { userName }) => {
      expect(await devicesOf(context, userName)).toEqual([expect.objectContaining({ serialNumber })]);
    },
    errors: {
      NoSuchEntity: (context) => ({ userName: context.unique('nobody'), ...u2fKey(context) }),
      InvalidInput: async (context) => ({
        ...(await aUser(context)),
        ...u2fKey(context),
        publicKey: Buffer.alloc(65, 4).toString('base64url'),
      }),
      EntityAlreadyExists: async (context) => {
        const input = { ...(await aUser(context)), ...u2fKey(context) };
        await context.call('gatehouse:ImportU2fKey', input);
        return { ...input, ...(await aUser(context)) };
      },
      LimitExceeded: async (context) => ({ userName: await eightDevices(context), ...u2fKey(context) }),
    },
  },
  ...tagCases('MFADevice', named, noDevice),
];
