import { allow } from '../support/tenant.js';
import { trust } from '../support/trust.js';
import type { CaseContext, Members, OperationCase } from './harness/operation-case.js';

/** Cases run as the root user, who cannot assume roles: a role that trusts the whole account, and a user who calls. */
async function aRole({ call, unique, tenant }: CaseContext): Promise<{ roleArn: string; roleSessionName: string }> {
  const { role } = await call('iam:CreateRole', {
    roleName: unique('role'),
    assumeRolePolicyDocument: trust({ AWS: tenant.accountId }),
  });
  return { roleArn: role.arn as string, roleSessionName: 'session' };
}

const credentials = {
  accessKeyId: expect.stringMatching(/^ASIA[A-Z2-7]{16}$/),
  secretAccessKey: expect.stringMatching(/^\S{40}$/),
  sessionToken: expect.any(String),
  expiration: expect.anything(),
};

const malformed = { policy: '{}' };

/** It exceeds the allowance even when compressed: random names have nothing in common. */
const tooMuch = (): Members => ({
  tags: Array.from({ length: 50 }, (_, index) => ({
    key: `key-${index}`,
    value: Array.from({ length: 7 }, () => crypto.randomUUID()).join(''),
  })),
});

export const cases: readonly OperationCase[] = [
  {
    operation: 'sts:GetCallerIdentity',
    arrange: () => ({}),
    check: (output, { tenant }) => {
      const { accountId } = tenant;
      expect(output).toEqual({ userId: accountId, account: accountId, arn: `arn:aws:iam::${accountId}:root` });
    },
    undeniable: true,
  },
  {
    operation: 'sts:GetAccessKeyInfo',
    arrange: ({ tenant }) => ({ accessKeyId: tenant.accessKey.accessKeyId }),
    check: ({ account }, { tenant }) => expect(account).toBe(tenant.accountId),
    errors: { ValidationError: () => ({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE' }) },
  },
  {
    operation: 'sts:DecodeAuthorizationMessage',
    arrange: async ({ call, unique }) => {
      const { user } = await call('iam:CreateUser', { userName: unique('denied') });
      const { context } = await call('gatehouse:Evaluate', {
        subject: { type: 'principal', id: user.arn },
        action: { name: 'orders:CreateOrder' },
        resource: { type: 'order', id: '*' },
      });
      return { encodedMessage: context.encodedAuthorizationMessage };
    },
    check: ({ decodedMessage }) => expect(JSON.parse(decodedMessage as string)).toMatchObject({ allowed: false }),
    errors: { InvalidAuthorizationMessageException: () => ({ encodedMessage: 'none' }) },
  },
  {
    operation: 'sts:AssumeRole',
    asUser: allow('sts:*'),
    arrange: async (context) => ({ ...(await aRole(context)), tags: [{ key: 'Team', value: 'blue' }] }),
    check: ({ credentials: given, assumedRoleUser, packedPolicySize }, { tenant }, { roleArn }) => {
      expect(given).toEqual(credentials);
      const name = String(roleArn).replace(/^.*\//, '');
      expect(assumedRoleUser.arn).toBe(`arn:aws:sts::${tenant.accountId}:assumed-role/${name}/session`);
      expect(assumedRoleUser.assumedRoleId).toMatch(/^AROA[A-Z2-7]{17}:session$/);
      expect(packedPolicySize).toBeGreaterThan(0);
    },
    errors: {
      AccessDenied: async (context) => ({
        ...(await aRole(context)),
        roleArn: `arn:aws:iam::${context.tenant.accountId}:role/nothing`,
      }),
      InvalidParameterValue: async (context) => ({ ...(await aRole(context)), transitiveTagKeys: ['none'] }),
      MalformedPolicyDocument: async (context) => ({ ...(await aRole(context)), ...malformed }),
      PackedPolicyTooLarge: async (context) => ({ ...(await aRole(context)), ...tooMuch() }),
      ValidationError: async (context) => ({ ...(await aRole(context)), durationSeconds: 3601 }),
    },
  },
  {
    operation: 'sts:GetSessionToken',
    arrange: () => ({ durationSeconds: 900 }),
    check: ({ credentials: given }) => expect(given).toEqual(credentials),
    errors: {
      AccessDenied: () => ({ tokenCode: '123456' }),
    },
    undeniable: true,
  },
  {
    operation: 'sts:GetFederationToken',
    arrange: () => ({ name: 'ana', policy: JSON.stringify(allow('orders:*')) }),
    check: ({ credentials: given, federatedUser, packedPolicySize }, { tenant }) => {
      expect(given).toEqual(credentials);
      const { accountId } = tenant;
      expect(federatedUser).toEqual({
        federatedUserId: `${accountId}:ana`,
        arn: `arn:aws:sts::${accountId}:federated-user/ana`,
      });
      expect(packedPolicySize).toBeGreaterThan(0);
    },
    errors: {
      InvalidParameterValue: () => ({ name: 'ana', tags: ['a', 'A'].map((key) => ({ key, value: '' })) }),
      MalformedPolicyDocument: () => ({ name: 'ana', ...malformed }),
      PackedPolicyTooLarge: () => ({ name: 'ana', ...tooMuch() }),
    },
  },
];
