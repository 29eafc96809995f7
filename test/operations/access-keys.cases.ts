import type { CaseContext, OperationCase } from './harness/operation-case.js';

async function aUser({ call, unique }: CaseContext): Promise<{ userName: string }> {
  const userName = unique('user');
  await call('iam:CreateUser', { userName });
  return { userName };
}

async function aKey(context: CaseContext): Promise<{ userName: string; accessKeyId: string }> {
  const user = await aUser(context);
  const { accessKey } = await context.call('iam:CreateAccessKey', user);
  return { ...user, accessKeyId: accessKey.accessKeyId as string };
}

const noSuchKey = async (context: CaseContext) => ({
  ...(await aUser(context)),
  accessKeyId: (await aKey(context)).accessKeyId,
});

export const cases: readonly OperationCase[] = [
  {
    operation: 'iam:CreateAccessKey',
    arrange: aUser,
    check: ({ accessKey }, _, { userName }) => {
      expect(accessKey).toMatchObject({ userName, status: 'Active' });
      expect(accessKey.accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
      expect(accessKey.secretAccessKey).toMatch(/^[A-Za-z0-9+/]{40}$/);
    },
    errors: {
      NoSuchEntity: ({ unique }) => ({ userName: unique('nobody') }),
      LimitExceeded: async (context) => {
        const { userName } = await aKey(context);
        await context.call('iam:CreateAccessKey', { userName });
        return { userName };
      },
    },
  },
  {
    operation: 'iam:ListAccessKeys',
    arrange: async (context) => ({ userName: (await aKey(context)).userName }),
    check: ({ accessKeyMetadata }, _, { userName }) => {
      expect(accessKeyMetadata).toEqual([expect.objectContaining({ userName, status: 'Active' })]);
      expect(JSON.stringify(accessKeyMetadata)).not.toMatch(/secret/i);
    },
    errors: { NoSuchEntity: ({ unique }) => ({ userName: unique('nobody') }) },
  },
  {
    operation: 'iam:UpdateAccessKey',
    arrange: async (context) => ({ ...(await aKey(context)), status: 'Inactive' }),
    check: async (_, { call }, { userName }) => {
      const { accessKeyMetadata } = await call('iam:ListAccessKeys', { userName });
      expect(accessKeyMetadata).toEqual([expect.objectContaining({ status: 'Inactive' })]);
    },
    errors: {
      NoSuchEntity: async (context) => ({ ...(await noSuchKey(context)), status: 'Inactive' }),
      ValidationError: async (context) => ({ ...(await aKey(context)), status: 'Sleeping' }),
    },
  },
  {
    operation: 'iam:DeleteAccessKey',
    arrange: aKey,
    check: async (_, { call }, { userName }) => {
      expect((await call('iam:ListAccessKeys', { userName })).accessKeyMetadata).toEqual([]);
    },
    errors: { NoSuchEntity: noSuchKey },
  },
  {
    operation: 'iam:GetAccessKeyLastUsed',
    arrange: async (context) => ({ accessKeyId: (await aKey(context)).accessKeyId }),
    check: ({ accessKeyLastUsed }) => expect(accessKeyLastUsed).toEqual({ serviceName: 'N/A', region: 'N/A' }),
    errors: { AccessDenied: () => ({ accessKeyId: 'AKIAQNZGKIQY56JQ7WML' }) },
  },
];
