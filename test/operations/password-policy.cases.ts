import type { CaseContext, OperationCase } from './harness/operation-case.js';

const everything = {
  minimumPasswordLength: 10,
  requireSymbols: true,
  requireNumbers: true,
  requireUppercaseCharacters: true,
  requireLowercaseCharacters: true,
  allowUsersToChangePassword: false,
  maxPasswordAge: 90,
  passwordReusePrevention: 5,
  hardExpiry: false,
};

async function aPolicy({ call }: CaseContext): Promise<object> {
  await call('iam:UpdateAccountPasswordPolicy', everything);
  return {};
}

async function noPolicy({ tenant }: CaseContext): Promise<object> {
  await tenant.rest.delete('/v1/password-policy');
  return {};
}

export const cases: readonly OperationCase[] = [
  {
    operation: 'iam:UpdateAccountPasswordPolicy',
    arrange: async (context) => {
      await aPolicy(context);
      return { requireNumbers: true };
    },
    // No partial updates: members that are omitted get their defaults.
    check: async (_, { call }) => {
      expect((await call('iam:GetAccountPasswordPolicy')).passwordPolicy).toEqual({
        minimumPasswordLength: 6,
        requireSymbols: false,
        requireNumbers: true,
        requireUppercaseCharacters: false,
        requireLowercaseCharacters: false,
        allowUsersToChangePassword: false,
        expirePasswords: false,
      });
    },
    errors: { ValidationError: () => ({ minimumPasswordLength: 5 }) },
  },
  {
    operation: 'iam:GetAccountPasswordPolicy',
    arrange: aPolicy,
    check: ({ passwordPolicy }) => expect(passwordPolicy).toEqual({ ...everything, expirePasswords: true }),
    errors: { NoSuchEntity: noPolicy },
  },
  {
    operation: 'iam:DeleteAccountPasswordPolicy',
    arrange: aPolicy,
    check: async (_, { tenant }) => {
      const { status, body } = await tenant.rest.get('/v1/password-policy');
      const detail = `The Password Policy with domain name ${tenant.accountId} cannot be found.`;
      expect([status, body.detail]).toEqual([404, detail]);
    },
    errors: { NoSuchEntity: noPolicy },
  },
];
