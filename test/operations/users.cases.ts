import type { CaseContext, OperationCase } from './harness/operation-case.js';
import { blueTeam, tagCases } from './harness/tag-cases.js';

const password = 'User-password-1234';

/** A new user; its name is the input of most operations on users. */
async function aUser({ call, unique }: CaseContext): Promise<{ userName: string }> {
  const userName = unique('user');
  await call('iam:CreateUser', { userName });
  return { userName };
}

async function aUserWithPassword(context: CaseContext): Promise<{ userName: string }> {
  const user = await aUser(context);
  await context.call('iam:CreateLoginProfile', { ...user, password });
  return user;
}

const noUser = { NoSuchEntity: ({ unique }: CaseContext) => ({ userName: unique('nobody') }) };

export const cases: readonly OperationCase[] = [
  {
    operation: 'iam:CreateUser',
    arrange: ({ unique }) => ({
      userName: unique('user'),
      path: '/team/',
      permissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
      tags: blueTeam,
    }),
    check: ({ user }, { tenant }, { userName }) => {
      expect(user).toMatchObject({ userName, path: '/team/', tags: blueTeam });
      expect(user.permissionsBoundary).toEqual({
        permissionsBoundaryType: 'Policy',
        permissionsBoundaryArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
      });
      expect(user.userId).toMatch(/^AIDA[A-Z2-7]{17}$/);
      expect(user.arn).toBe(`arn:aws:iam::${tenant.accountId}:user/team/${userName}`);
    },
    errors: {
      EntityAlreadyExists: async (context) => {
        const { userName } = await aUser(context);
        return { userName: userName.toUpperCase() };
      },
      NoSuchEntity: ({ unique }) => ({
        userName: unique('user'),
        permissionsBoundary: 'arn:aws:iam::aws:policy/Nothing',
      }),
      InvalidInput: ({ unique }) => ({ userName: unique('user'), permissionsBoundary: 'arn:aws:iam::not-a-policy' }),
      PolicyNotAttachable: ({ unique }) => ({
        userName: unique('user'),
        permissionsBoundary: 'arn:aws:iam::aws:policy/aws-service-role/AccessAnalyzerServiceRolePolicy',
      }),
      ValidationError: () => ({ userName: 'not a name' }),
    },
  },
  {
    operation: 'iam:GetUser',
    arrange: aUser,
    check: ({ user }, _, { userName }) => expect(user.userName).toBe(userName),
    errors: noUser,
  },
  {
    operation: 'iam:ListUsers',
    arrange: async (context) => {
      const pathPrefix = `/${context.unique('path')}_x/`;
      await context.call('iam:CreateUser', { userName: context.unique('user'), path: pathPrefix });
      // Its path matches the prefix only if an underscore is a wildcard.
      await context.call('iam:CreateUser', { userName: context.unique('user'), path: pathPrefix.replace('_', '-') });
      return { pathPrefix };
    },
    check: ({ users, isTruncated }, _, { pathPrefix }) => {
      expect(users).toEqual([expect.objectContaining({ path: pathPrefix })]);
      expect(isTruncated).toBe(false);
    },
    errors: { ValidationError: () => ({ marker: 'made-up' }) },
  },
  {
    operation: 'iam:UpdateUser',
    arrange: async (context) => ({
      ...(await aUser(context)),
      newUserName: context.unique('renamed'),
      newPath: '/new/',
    }),
    check: async (_, { call, tenant }, { newUserName }) => {
      const { user } = await call('iam:GetUser', { userName: newUserName });
      expect(user.arn).toBe(`arn:aws:iam::${tenant.accountId}:user/new/${newUserName}`);
    },
    errors: {
      ...noUser,
      EntityAlreadyExists: async (context) => {
        const { userName: newUserName } = await aUser(context);
        return { ...(await aUser(context)), newUserName };
      },
    },
  },
  {
    operation: 'iam:DeleteUser',
    arrange: aUser,
    check: async (_, { tenant }, { userName }) => {
      expect((await tenant.rest.get(`/v1/users/${userName}`)).status).toBe(404);
    },
    errors: { ...noUser, DeleteConflict: aUserWithPassword },
  },
  {
    operation: 'iam:CreateLoginProfile',
    arrange: async (context) => ({ ...(await aUser(context)), password }),
    check: ({ loginProfile }, _, { userName }) => {
      expect(loginProfile).toMatchObject({ userName, passwordResetRequired: false });
    },
    errors: {
      NoSuchEntity: ({ unique }) => ({ userName: unique('nobody'), password }),
      EntityAlreadyExists: async (context) => ({ ...(await aUserWithPassword(context)), password }),
      PasswordPolicyViolation: async (context) => ({ ...(await aUser(context)), password: 'short' }),
      ValidationError: async (context) => ({ ...(await aUser(context)), password: 'Pass\u0001word-1234' }),
    },
  },
  {
    operation: 'iam:GetLoginProfile',
    arrange: aUserWithPassword,
    check: ({ loginProfile }, _, { userName }) => expect(loginProfile.userName).toBe(userName),
    errors: { NoSuchEntity: aUser },
  },
  {
    operation: 'iam:UpdateLoginProfile',
    arrange: async (context) => ({ ...(await aUserWithPassword(context)), password: 'Another-password-1' }),
    check: async (_, { tenant }, { userName }) => {
      const credentials = { account: tenant.accountId, userName, password: 'Another-password-1' };
      expect((await tenant.rest.post('/v1/sign-in', credentials)).status).toBe(200);
    },
    errors: {
      NoSuchEntity: aUser,
      PasswordPolicyViolation: async (context) => ({ ...(await aUserWithPassword(context)), password: 'short' }),
    },
  },
  {
    operation: 'gatehouse:UnlockUser',
    arrange: aUserWithPassword,
    check: async (_, { tenant }, { userName }) => {
      const credentials = { account: tenant.accountId, userName, password };
      expect((await tenant.rest.post('/v1/sign-in', credentials)).status).toBe(200);
    },
    errors: { NoSuchEntity: () => ({ userName: 'nobody' }) },
  },
  {
    operation: 'iam:DeleteLoginProfile',
    arrange: aUserWithPassword,
    check: async (_, { tenant }, { userName }) => {
      const credentials = { account: tenant.accountId, userName, password };
      expect((await tenant.rest.post('/v1/sign-in', credentials)).status).toBe(401);
    },
    errors: { NoSuchEntity: aUser },
  },
  ...tagCases(
    'User',
    async ({ call, unique }) => {
      const userName = unique('user');
      await call('iam:CreateUser', { userName, tags: blueTeam });
      return { userName };
    },
    noUser.NoSuchEntity,
  ),
];
