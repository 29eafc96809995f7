import { newTenant } from '../support/tenant.js';
import type { CaseContext, OperationCase } from './harness/operation-case.js';

const password = 'Owner-password-1234';

const newAccount = ({ unique }: CaseContext) => ({ name: 'New', email: `${unique('owner')}@new.test`, password });

async function anAlias({ call, unique }: CaseContext): Promise<{ accountAlias: string }> {
  const accountAlias = unique('alias');
  await call('iam:CreateAccountAlias', { accountAlias });
  return { accountAlias };
}

export const cases: readonly OperationCase[] = [
  {
    operation: 'gatehouse:CreateAccount',
    asManagement: true,
    arrange: newAccount,
    check: ({ account }, _, { email }) => {
      expect(account).toMatchObject({ email, status: 'active', isManagement: false });
      expect(account.accountId).toMatch(/^\d{12}$/);
    },
    errors: {
      EntityAlreadyExists: async (context) => {
        const input = newAccount(context);
        await context.call('gatehouse:CreateAccount', input);
        return { ...input, email: input.email.toUpperCase() };
      },
      PasswordPolicyViolation: (context) => ({ ...newAccount(context), password: 'aaaaaaaa' }),
      ValidationError: (context) => ({ ...newAccount(context), email: 'nobody' }),
    },
  },
  {
    operation: 'gatehouse:GetAccount',
    arrange: () => ({}),
    check: ({ account }, { tenant }) => {
      expect(account).toMatchObject({ accountId: tenant.accountId, email: tenant.email });
    },
  },
  {
    operation: 'iam:CreateAccountAlias',
    arrange: ({ unique }) => ({ accountAlias: unique('alias') }),
    check: async (_, { call }, { accountAlias }) => {
      expect((await call('iam:ListAccountAliases')).accountAliases).toEqual([accountAlias]);
    },
    errors: {
      EntityAlreadyExists: async ({ tenant, unique }) => {
        const accountAlias = unique('taken');
        const other = await newTenant(tenant.baseUrl);
        await other.rest.put(`/v1/account-aliases/${accountAlias}`);
        return { accountAlias };
      },
      ValidationError: () => ({ accountAlias: 'Upper-Case' }),
    },
  },
  {
    operation: 'iam:DeleteAccountAlias',
    arrange: anAlias,
    check: async (_, { call }) => expect((await call('iam:ListAccountAliases')).accountAliases).toEqual([]),
    errors: { NoSuchEntity: ({ unique }) => ({ accountAlias: unique('other') }) },
  },
  {
    operation: 'iam:ListAccountAliases',
    arrange: async (context) => {
      await anAlias(context);
      return {};
    },
    check: ({ accountAliases }) => expect(accountAliases).toEqual([expect.stringMatching(/^alias-/)]),
  },
];
