import { newTenant } from '../support/tenant.js';
import type { CaseContext, Members, OperationCase } from './harness/operation-case.js';

const password = 'Owner-password-1234';

const newAccount = ({ unique }: CaseContext) => ({ name: 'New', email: `${unique('owner')}@new.test`, password });

/** A new account, as shown to the management account. */
async function anAccount(context: CaseContext): Promise<{ accountId: string }> {
  const { account } = await context.call('gatehouse:CreateAccount', newAccount(context));
  return { accountId: account.accountId as string };
}

async function aClosedAccount(context: CaseContext): Promise<{ accountId: string }> {
  const account = await anAccount(context);
  await context.call('gatehouse:CloseAccount', account);
  return account;
}

async function statusOf({ call }: CaseContext, { accountId }: Members): Promise<unknown> {
  return (await call('gatehouse:DescribeAccount', { accountId })).account.status;
}

const noAccount = { NoSuchEntity: () => ({ accountId: '000000000001' }) };
const managementItself = { UnmodifiableEntity: ({ tenant }: CaseContext) => ({ accountId: tenant.accountId }) };

const contactInformation = {
  fullName: 'Ana Example',
  addressLine1: '1 Any Street',
  city: 'Anytown',
  postalCode: '12345',
  countryCode: 'US',
  phoneNumber: '+1 555 0100',
};
const securityContact = {
  alternateContactType: 'SECURITY',
  name: 'Sam Example',
  title: 'Security',
  emailAddress: 'security@example.test',
  phoneNumber: '555 0101',
};

async function withSecurityContact(context: CaseContext): Promise<Members> {
  const account = await anAccount(context);
  await context.call('gatehouse:PutAlternateContact', { ...account, ...securityContact });
  return { ...account, alternateContactType: 'SECURITY' };
}

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
    operation: 'gatehouse:ListAccounts',
    asManagement: true,
    arrange: async (context) => {
      const name = context.unique('Under_score');
      await context.call('gatehouse:CreateAccount', { ...newAccount(context), name });
      // It would be found only if the underscore were a wildcard.
      await context.call('gatehouse:CreateAccount', { ...newAccount(context), name: name.replace('_', '-') });
      return { search: name.toUpperCase(), status: 'active' };
    },
    check: ({ accounts, isTruncated }, _, { search }) => {
      expect(accounts).toEqual([expect.objectContaining({ status: 'active' })]);
      expect(accounts[0].name.toUpperCase()).toBe(search);
      expect(isTruncated).toBe(false);
    },
    errors: { ValidationError: () => ({ marker: 'made-up' }) },
  },
  {
    operation: 'gatehouse:DescribeAccount',
    asManagement: true,
    arrange: anAccount,
    check: ({ account }, { tenant }, { accountId }) => {
      expect(account).toMatchObject({ accountId, status: 'active', name: 'New' });
      expect(accountId).not.toBe(tenant.accountId);
    },
    errors: noAccount,
  },
  {
    operation: 'gatehouse:UpdateAccount',
    asManagement: true,
    arrange: async (context) => ({ ...(await anAccount(context)), name: 'Renamed' }),
    check: ({ account }) => expect(account.name).toBe('Renamed'),
    errors: {
      NoSuchEntity: () => ({ accountId: '000000000001', name: 'Nobody' }),
      ValidationError: async (context) => ({ ...(await anAccount(context)), name: 'with a \n new line' }),
    },
  },
  {
    operation: 'gatehouse:UpdateAccountEmail',
    asManagement: true,
    arrange: async (context) => ({ ...(await anAccount(context)), email: `${context.unique('moved')}@new.test` }),
    check: async ({ account }, { tenant }, { email }) => {
      expect(account.email).toBe(email);
      expect((await tenant.rest.post('/v1/sign-in', { email, password })).status).toBe(200);
    },
    errors: {
      NoSuchEntity: () => ({ accountId: '000000000001', email: 'nobody@new.test' }),
      EntityAlreadyExists: async (context) => {
        const { email } = (await context.call('gatehouse:CreateAccount', newAccount(context))).account as Members;
        return { ...(await anAccount(context)), email: (email as string).toUpperCase() };
      },
    },
  },
  {
    operation: 'gatehouse:SuspendAccount',
    asManagement: true,
    arrange: async (context) => ({ ...(await anAccount(context)), reason: 'unpaid' }),
    check: async (_, context, input) => expect(await statusOf(context, input)).toBe('suspended'),
    errors: { ...noAccount, ...managementItself, InvalidAccountState: aClosedAccount },
  },
  {
    operation: 'gatehouse:UnlockRootUser',
    asManagement: true,
    arrange: async (context) => ({ ...(await anAccount(context)), reason: 'asked for' }),
    check: async (_, context, input) => expect(await statusOf(context, input)).toBe('active'),
    errors: noAccount,
  },
  {
    operation: 'gatehouse:ReactivateAccount',
    asManagement: true,
    arrange: aClosedAccount,
    check: async (_, context, input) => expect(await statusOf(context, input)).toBe('active'),
    errors: noAccount,
  },
  {
    operation: 'gatehouse:CloseAccount',
    asManagement: true,
    arrange: anAccount,
    check: ({ account }) => {
      expect(account.status).toBe('closed');
      const days = (Date.parse(account.purgeDate as string) - Date.now()) / 86_400_000;
      expect(Math.round(days)).toBe(90);
    },
    errors: { ...noAccount, ...managementItself },
  },
  {
    operation: 'gatehouse:GetContactInformation',
    asManagement: true,
    arrange: async (context) => {
      const account = await anAccount(context);
      await context.call('gatehouse:PutContactInformation', { ...account, contactInformation });
      return account;
    },
    check: (output) => expect(output).toEqual({ contactInformation }),
    errors: { NoSuchEntity: anAccount },
  },
  {
    operation: 'gatehouse:PutContactInformation',
    asManagement: true,
    arrange: async (context) => ({ ...(await anAccount(context)), contactInformation }),
    check: async (_, { call }, { accountId }) => {
      expect(await call('gatehouse:GetContactInformation', { accountId })).toEqual({ contactInformation });
    },
    errors: {
      NoSuchEntity: () => ({ accountId: '000000000001', contactInformation }),
      ValidationError: async (context) => ({
        ...(await anAccount(context)),
        contactInformation: { ...contactInformation, countryCode: 'USA' },
      }),
    },
  },
  {
    operation: 'gatehouse:GetAlternateContact',
    asManagement: true,
    arrange: withSecurityContact,
    check: ({ alternateContact }) => expect(alternateContact).toEqual(securityContact),
    errors: { NoSuchEntity: async (context) => ({ ...(await anAccount(context)), alternateContactType: 'BILLING' }) },
  },
  {
    operation: 'gatehouse:PutAlternateContact',
    asManagement: true,
    arrange: async (context) => ({ ...(await anAccount(context)), ...securityContact }),
    check: async (_, { call }, { accountId }) => {
      const named = { accountId, alternateContactType: 'SECURITY' };
      expect((await call('gatehouse:GetAlternateContact', named)).alternateContact).toEqual(securityContact);
    },
    errors: { NoSuchEntity: () => ({ accountId: '000000000001', ...securityContact }) },
  },
  {
    operation: 'gatehouse:DeleteAlternateContact',
    asManagement: true,
    arrange: withSecurityContact,
    check: async (_, { tenant }, { accountId }) => {
      const answer = await tenant.rest.get(`/v1/accounts/${accountId}/alternate-contacts/SECURITY`);
      expect(answer.status).toBe(404);
    },
    errors: { NoSuchEntity: async (context) => ({ ...(await anAccount(context)), alternateContactType: 'BILLING' }) },
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
