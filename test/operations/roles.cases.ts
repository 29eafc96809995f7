import { ec2Trust, trust } from '../support/trust.js';
import type { CaseContext, Members, OperationCase } from './harness/operation-case.js';
import { blueTeam, tagCases } from './harness/tag-cases.js';

async function aRole({ call, unique }: CaseContext): Promise<{ roleName: string }> {
  const roleName = unique('role');
  await call('iam:CreateRole', { roleName, assumeRolePolicyDocument: ec2Trust, tags: blueTeam });
  return { roleName };
}

/** Each run uses another service, because a service has one such role per account. */
async function aServiceLinkedRole({ call, unique }: CaseContext): Promise<{ roleName: string }> {
  const { role } = await call('iam:CreateServiceLinkedRole', { awsServiceName: `${unique('s')}.example.com` });
  return { roleName: role.roleName as string };
}

const noRole = ({ unique }: CaseContext) => ({ roleName: unique('nothing') });

const newRole = ({ unique }: CaseContext) => ({ roleName: unique('role'), assumeRolePolicyDocument: ec2Trust });

const protectedRole = (more: Members) => async (context: CaseContext) => ({
  ...(await aServiceLinkedRole(context)),
  ...more,
});

const deletion = async (context: CaseContext) => {
  const { deletionTaskId } = await context.call('iam:DeleteServiceLinkedRole', await aServiceLinkedRole(context));
  return { deletionTaskId: deletionTaskId as string };
};

export const cases: readonly OperationCase[] = [
  {
    operation: 'iam:CreateRole',
    arrange: (context) => ({
      ...newRole(context),
      path: '/team/',
      description: 'Runs the shop',
      maxSessionDuration: 7200,
      permissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
      tags: blueTeam,
    }),
    check: async ({ role }, { tenant, call }, { roleName }) => {
      expect(role).toMatchObject({
        roleName,
        path: '/team/',
        arn: `arn:aws:iam::${tenant.accountId}:role/team/${roleName}`,
        permissionsBoundary: {
          permissionsBoundaryType: 'Policy',
          permissionsBoundaryArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
        },
        tags: blueTeam,
      });
      const { role: got } = await call('iam:GetRole', { roleName });
      expect(got).toMatchObject({ description: 'Runs the shop', maxSessionDuration: 7200 });
      expect(role.roleId).toMatch(/^AROA[A-Z2-7]{17}$/);
      expect(decodeURIComponent(role.assumeRolePolicyDocument as string)).toBe(ec2Trust);
    },
    errors: {
      EntityAlreadyExists: async (context) => {
        const { roleName } = await aRole(context);
        return { roleName: roleName.toUpperCase(), assumeRolePolicyDocument: ec2Trust };
      },
      MalformedPolicyDocument: (context) => ({
        ...newRole(context),
        assumeRolePolicyDocument: trust({ AWS: 'arn:aws:iam::999999999999:root' }),
      }),
      LimitExceeded: (context) => ({
        ...newRole(context),
        assumeRolePolicyDocument: trust({ Service: `${'a'.repeat(2048)}.example.com` }),
      }),
      NoSuchEntity: (context) => ({ ...newRole(context), permissionsBoundary: 'arn:aws:iam::aws:policy/Nothing' }),
      PolicyNotAttachable: (context) => ({
        ...newRole(context),
        permissionsBoundary: 'arn:aws:iam::aws:policy/aws-service-role/AccessAnalyzerServiceRolePolicy',
      }),
      InvalidInput: (context) => ({ ...newRole(context), path: '/aws-service-role/mine.example.com/' }),
      ValidationError: (context) => ({ ...newRole(context), maxSessionDuration: 3599 }),
    },
  },
  {
    operation: 'iam:GetRole',
    arrange: aRole,
    check: ({ role }, _, { roleName }) => {
      expect(role).toMatchObject({ roleName, maxSessionDuration: 3600, tags: blueTeam, roleLastUsed: {} });
    },
    errors: { NoSuchEntity: noRole },
  },
  {
    operation: 'iam:ListRoles',
    arrange: async (context) => {
      const path = `/${context.unique('path')}/`;
      await context.call('iam:CreateRole', { ...newRole(context), path });
      return { pathPrefix: path };
    },
    check: ({ roles, isTruncated }, _, { pathPrefix }) => {
      expect(roles).toEqual([expect.objectContaining({ path: pathPrefix })]);
      expect(isTruncated).toBe(false);
    },
  },
  {
    operation: 'iam:UpdateRole',
    arrange: async (context) => ({ ...(await aRole(context)), description: 'New', maxSessionDuration: 43_200 }),
    check: async (_, { call }, { roleName }) => {
      // Omitted members do not change: Terraform changes one member at a time.
      await call('iam:UpdateRole', { roleName });
      expect((await call('iam:GetRole', { roleName })).role).toMatchObject({
        description: 'New',
        maxSessionDuration: 43_200,
      });
    },
    errors: { NoSuchEntity: noRole, UnmodifiableEntity: protectedRole({ maxSessionDuration: 7200 }) },
  },
  {
    operation: 'iam:UpdateRoleDescription',
    // Nothing else of a service-linked role can be changed.
    arrange: async (context) => {
      const { roleName } = await aServiceLinkedRole(context);
      // Cached as it was before.
      await context.call('iam:GetRole', { roleName });
      return { roleName, description: 'New' };
    },
    check: async ({ role }, { call }, { roleName }) => {
      expect(role.description).toBe('New');
      expect((await call('iam:GetRole', { roleName })).role.description).toBe('New');
    },
    errors: { NoSuchEntity: (context) => ({ ...noRole(context), description: 'New' }) },
  },
  {
    operation: 'iam:UpdateAssumeRolePolicy',
    arrange: async (context) => ({
      ...(await aRole(context)),
      policyDocument: trust({ AWS: context.tenant.accountId }),
    }),
    check: async (_, { call }, { roleName, policyDocument }) => {
      const { role } = await call('iam:GetRole', { roleName });
      expect(decodeURIComponent(role.assumeRolePolicyDocument as string)).toBe(policyDocument);
    },
    errors: {
      NoSuchEntity: (context) => ({ ...noRole(context), policyDocument: ec2Trust }),
      MalformedPolicyDocument: async (context) => ({ ...(await aRole(context)), policyDocument: '{}' }),
      LimitExceeded: async (context) => ({
        ...(await aRole(context)),
        policyDocument: trust({ Service: `${'a'.repeat(2048)}.example.com` }),
      }),
      UnmodifiableEntity: protectedRole({ policyDocument: ec2Trust }),
    },
  },
  {
    operation: 'iam:DeleteRole',
    arrange: aRole,
    check: async (_, { tenant }, { roleName }) => {
      expect((await tenant.rest.get(`/v1/roles/${roleName}`)).status).toBe(404);
    },
    errors: {
      NoSuchEntity: noRole,
      DeleteConflict: async (context) => {
        const role = await aRole(context);
        const instanceProfileName = context.unique('profile');
        await context.call('iam:CreateInstanceProfile', { instanceProfileName });
        await context.call('iam:AddRoleToInstanceProfile', { instanceProfileName, ...role });
        return role;
      },
      UnmodifiableEntity: aServiceLinkedRole,
    },
  },
  {
    operation: 'iam:CreateServiceLinkedRole',
    arrange: ({ unique }) => ({ awsServiceName: `${unique('orders')}.example.com`, customSuffix: 'eu' }),
    check: ({ role }, { tenant }, { awsServiceName }) => {
      expect(role.roleName).toMatch(/^AWSServiceRoleForOrders\w+_eu$/);
      expect(role.arn).toBe(
        `arn:aws:iam::${tenant.accountId}:role/aws-service-role/${awsServiceName}/${role.roleName}`,
      );
      const trusted = JSON.parse(decodeURIComponent(role.assumeRolePolicyDocument as string)) as Members;
      expect(trusted['Statement'][0].Principal).toEqual({ Service: [awsServiceName] });
    },
    errors: {
      InvalidInput: async ({ call, unique }) => {
        const input = { awsServiceName: `${unique('s')}.example.com` };
        await call('iam:CreateServiceLinkedRole', input);
        return input;
      },
    },
  },
  {
    operation: 'iam:DeleteServiceLinkedRole',
    arrange: aServiceLinkedRole,
    check: async ({ deletionTaskId }, { call, tenant }, { roleName }) => {
      expect((await tenant.rest.get(`/v1/roles/${roleName}`)).status).toBe(404);
      const { status } = await call('iam:GetServiceLinkedRoleDeletionStatus', { deletionTaskId });
      expect(status).toBe('SUCCEEDED');
    },
    errors: { NoSuchEntity: aRole },
  },
  {
    operation: 'iam:GetServiceLinkedRoleDeletionStatus',
    arrange: deletion,
    check: ({ status }) => expect(status).toBe('SUCCEEDED'),
    errors: {
      NoSuchEntity: () => ({ deletionTaskId: 'task/aws-service-role/s.example.com/AWSServiceRoleForS/none' }),
    },
  },
  ...tagCases('Role', aRole, noRole),
];
