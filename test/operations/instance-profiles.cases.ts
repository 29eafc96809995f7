import { ec2Trust } from '../support/trust.js';
import type { CaseContext, OperationCase } from './harness/operation-case.js';
import { blueTeam, tagCases } from './harness/tag-cases.js';

async function aProfile({ call, unique }: CaseContext): Promise<{ instanceProfileName: string }> {
  const instanceProfileName = unique('profile');
  await call('iam:CreateInstanceProfile', { instanceProfileName, tags: blueTeam });
  return { instanceProfileName };
}

async function aRole({ call, unique }: CaseContext): Promise<{ roleName: string }> {
  const roleName = unique('role');
  await call('iam:CreateRole', { roleName, assumeRolePolicyDocument: ec2Trust });
  return { roleName };
}

async function apart(context: CaseContext) {
  return { ...(await aProfile(context)), ...(await aRole(context)) };
}

async function together(context: CaseContext) {
  const both = await apart(context);
  await context.call('iam:AddRoleToInstanceProfile', both);
  return both;
}

const noProfile = ({ unique }: CaseContext) => ({ instanceProfileName: unique('nothing') });

export const cases: readonly OperationCase[] = [
  {
    operation: 'iam:CreateInstanceProfile',
    arrange: ({ unique }) => ({ instanceProfileName: unique('profile'), path: '/web/', tags: blueTeam }),
    check: ({ instanceProfile }, { tenant }, { instanceProfileName }) => {
      expect(instanceProfile).toMatchObject({
        instanceProfileName,
        path: '/web/',
        arn: `arn:aws:iam::${tenant.accountId}:instance-profile/web/${instanceProfileName}`,
        roles: [],
        tags: blueTeam,
      });
      expect(instanceProfile.instanceProfileId).toMatch(/^AIPA[A-Z2-7]{17}$/);
    },
    errors: {
      EntityAlreadyExists: async (context) => {
        const { instanceProfileName } = await aProfile(context);
        return { instanceProfileName: instanceProfileName.toUpperCase() };
      },
      InvalidInput: ({ unique }) => ({ instanceProfileName: unique('profile'), tags: [...blueTeam, ...blueTeam] }),
    },
  },
  {
    operation: 'iam:GetInstanceProfile',
    arrange: async (context) => {
      const { instanceProfileName } = await together(context);
      return { instanceProfileName };
    },
    check: ({ instanceProfile }) => {
      expect(instanceProfile.roles).toEqual([expect.objectContaining({ path: '/' })]);
      expect(instanceProfile.tags).toEqual(blueTeam);
    },
    errors: { NoSuchEntity: noProfile },
  },
  {
    operation: 'iam:ListInstanceProfiles',
    arrange: async ({ call, unique }) => {
      const path = `/${unique('path')}/`;
      await call('iam:CreateInstanceProfile', { instanceProfileName: unique('profile'), path });
      return { pathPrefix: path };
    },
    check: ({ instanceProfiles }, _, { pathPrefix }) => {
      expect(instanceProfiles).toEqual([expect.objectContaining({ path: pathPrefix })]);
    },
  },
  {
    operation: 'iam:ListInstanceProfilesForRole',
    arrange: async (context) => ({ roleName: (await together(context)).roleName }),
    check: ({ instanceProfiles }) => expect(instanceProfiles).toHaveLength(1),
    errors: { NoSuchEntity: ({ unique }) => ({ roleName: unique('nothing') }) },
  },
  {
    operation: 'iam:AddRoleToInstanceProfile',
    arrange: apart,
    check: async (_, { call }, { instanceProfileName, roleName }) => {
      const { instanceProfile } = await call('iam:GetInstanceProfile', { instanceProfileName });
      expect(instanceProfile.roles).toEqual([expect.objectContaining({ roleName })]);
    },
    errors: {
      NoSuchEntity: async (context) => ({ ...(await apart(context)), roleName: context.unique('nothing') }),
      LimitExceeded: async (context) => ({ ...(await together(context)), ...(await aRole(context)) }),
      UnmodifiableEntity: async (context) => {
        const awsServiceName = `${context.unique('s')}.example.com`;
        const { role } = await context.call('iam:CreateServiceLinkedRole', { awsServiceName });
        return { ...(await aProfile(context)), roleName: role.roleName as string };
      },
    },
  },
  {
    operation: 'iam:RemoveRoleFromInstanceProfile',
    arrange: together,
    check: async (_, { call }, { instanceProfileName }) => {
      const { instanceProfile } = await call('iam:GetInstanceProfile', { instanceProfileName });
      expect(instanceProfile.roles).toEqual([]);
    },
    errors: { NoSuchEntity: apart },
  },
  {
    operation: 'iam:DeleteInstanceProfile',
    arrange: aProfile,
    check: async (_, { tenant }, { instanceProfileName }) => {
      expect((await tenant.rest.get(`/v1/instance-profiles/${instanceProfileName}`)).status).toBe(404);
    },
    errors: {
      NoSuchEntity: noProfile,
      DeleteConflict: async (context) => ({ instanceProfileName: (await together(context)).instanceProfileName }),
    },
  },
  ...tagCases('InstanceProfile', aProfile, noProfile),
];
