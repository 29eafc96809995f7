import type { CaseContext, OperationCase } from './harness/operation-case.js';

async function aGroup({ call, unique }: CaseContext): Promise<{ groupName: string }> {
  const groupName = unique('group');
  await call('iam:CreateGroup', { groupName });
  return { groupName };
}

async function aUser({ call, unique }: CaseContext): Promise<{ userName: string }> {
  const userName = unique('user');
  await call('iam:CreateUser', { userName });
  return { userName };
}

async function aMember(context: CaseContext): Promise<{ groupName: string; userName: string }> {
  const membership = { ...(await aGroup(context)), ...(await aUser(context)) };
  await context.call('iam:AddUserToGroup', membership);
  return membership;
}

const noGroup = { NoSuchEntity: ({ unique }: CaseContext) => ({ groupName: unique('nothing') }) };

export const cases: readonly OperationCase[] = [
  {
    operation: 'iam:CreateGroup',
    arrange: ({ unique }) => ({ groupName: unique('group'), path: '/team/' }),
    check: ({ group }, { tenant }, { groupName }) => {
      expect(group.groupId).toMatch(/^AGPA[A-Z2-7]{17}$/);
      expect(group.arn).toBe(`arn:aws:iam::${tenant.accountId}:group/team/${groupName}`);
    },
    errors: {
      EntityAlreadyExists: async (context) => {
        const { groupName } = await aGroup(context);
        return { groupName: groupName.toUpperCase() };
      },
    },
  },
  {
    operation: 'iam:GetGroup',
    arrange: async (context) => ({ groupName: (await aMember(context)).groupName }),
    check: ({ group, users }, _, { groupName }) => {
      expect(group.groupName).toBe(groupName);
      expect(users).toHaveLength(1);
    },
    errors: noGroup,
  },
  {
    operation: 'iam:ListGroups',
    arrange: async (context) => {
      await aGroup(context);
      await aGroup(context);
      return { maxItems: 1 };
    },
    check: ({ groups, isTruncated, marker }) => {
      expect(groups).toHaveLength(1);
      expect(isTruncated).toBe(true);
      expect(marker).toEqual(expect.any(String));
    },
    errors: { ValidationError: () => ({ maxItems: 0 }) },
  },
  {
    operation: 'iam:UpdateGroup',
    arrange: async (context) => ({ ...(await aGroup(context)), newGroupName: context.unique('renamed') }),
    check: async (_, { call }, { newGroupName }) => {
      expect((await call('iam:GetGroup', { groupName: newGroupName })).group.groupName).toBe(newGroupName);
    },
    errors: {
      ...noGroup,
      EntityAlreadyExists: async (context) => {
        const { groupName: newGroupName } = await aGroup(context);
        return { ...(await aGroup(context)), newGroupName };
      },
    },
  },
  {
    operation: 'iam:DeleteGroup',
    arrange: aGroup,
    check: async (_, { tenant }, { groupName }) => {
      expect((await tenant.rest.get(`/v1/groups/${groupName}`)).status).toBe(404);
    },
    errors: { ...noGroup, DeleteConflict: async (context) => ({ groupName: (await aMember(context)).groupName }) },
  },
  {
    operation: 'iam:AddUserToGroup',
    arrange: async (context) => ({ ...(await aGroup(context)), ...(await aUser(context)) }),
    check: async (_, { call }, { groupName, userName }) => {
      const { users } = await call('iam:GetGroup', { groupName });
      expect(users).toEqual([expect.objectContaining({ userName })]);
    },
    errors: {
      NoSuchEntity: async (context) => ({ ...(await aGroup(context)), userName: context.unique('nobody') }),
      LimitExceeded: async (context) => {
        const { userName } = await aUser(context);
        for (let count = 0; count < 10; count += 1) {
          await context.call('iam:AddUserToGroup', { ...(await aGroup(context)), userName });
        }
        return { ...(await aGroup(context)), userName };
      },
    },
  },
  {
    operation: 'iam:RemoveUserFromGroup',
    arrange: aMember,
    check: async (_, { call }, { groupName }) => {
      expect((await call('iam:GetGroup', { groupName })).users).toEqual([]);
    },
    errors: { NoSuchEntity: async (context) => ({ ...(await aGroup(context)), userName: context.unique('nobody') }) },
  },
  {
    operation: 'iam:ListGroupsForUser',
    arrange: async (context) => ({ userName: (await aMember(context)).userName }),
    check: ({ groups }) => expect(groups).toHaveLength(1),
    errors: { NoSuchEntity: ({ unique }) => ({ userName: unique('nobody') }) },
  },
];
