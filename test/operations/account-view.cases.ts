import { allow } from '../support/tenant.js';
import { ec2Trust } from '../support/trust.js';
import type { CaseContext, Members, OperationCase } from './harness/operation-case.js';
import { blueTeam } from './harness/tag-cases.js';

const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const policyDocument = JSON.stringify(allow('orders:GetOrder'));

/** A user, a group and a role that use the same two policies in all possible ways. */
async function anOrganisation({ call, unique }: CaseContext): Promise<void> {
  const name = unique('organised');
  const { policy } = await call('iam:CreatePolicy', { policyName: name, policyDocument, description: 'Reads' });
  await call('iam:CreatePolicyVersion', { policyArn: policy.arn as string, policyDocument });
  await call('iam:CreateUser', { userName: name, tags: blueTeam, permissionsBoundary: readOnly });
  await call('iam:CreateGroup', { groupName: name });
  await call('iam:CreateRole', { roleName: name, assumeRolePolicyDocument: ec2Trust });
  await call('iam:AddUserToGroup', { groupName: name, userName: name });
  await call('iam:CreateInstanceProfile', { instanceProfileName: name });
  await call('iam:AddRoleToInstanceProfile', { instanceProfileName: name, roleName: name });
  for (const title of ['User', 'Group', 'Role']) {
    const named = { [`${title.toLowerCase()}Name`]: name };
    await call(`iam:Attach${title}Policy`, { ...named, policyArn: policy.arn as string });
    await call(`iam:Put${title}Policy`, { ...named, policyName: 'inline', policyDocument });
  }
}

const last = (list: Members[]) => list.at(-1)!;

export const cases: readonly OperationCase[] = [
  {
    operation: 'iam:GetAccountSummary',
    arrange: async (context) => {
      await anOrganisation(context);
      return {};
    },
    check: async ({ summaryMap }, { call }) => {
      const { users } = await call('iam:ListUsers');
      const { policies } = await call('iam:ListPolicies', { scope: 'Local' });
      expect(summaryMap).toMatchObject({
        Users: (users as Members[]).length,
        UsersQuota: 5000,
        Policies: (policies as Members[]).length,
        PolicyVersionsInUse: 2 * (policies as Members[]).length,
        AccountAccessKeysPresent: 1,
        AccountPasswordPresent: 1,
        AccountMFAEnabled: 0,
        AttachedPoliciesPerRoleQuota: 10,
      });
      expect(summaryMap.InstanceProfiles).toBe(summaryMap.Roles);
      expect(Object.values(summaryMap as Members).every(Number.isInteger)).toBe(true);
    },
  },
  {
    operation: 'iam:GetAccountAuthorizationDetails',
    arrange: async (context) => {
      await anOrganisation(context);
      return {};
    },
    check: ({ userDetailList, groupDetailList, roleDetailList, policies, isTruncated }, { tenant }) => {
      expect(isTruncated).toBe(false);
      const user = (userDetailList as Members[]).find(({ tags }) => (tags as unknown[]).length > 0)!;
      expect(user).toMatchObject({
        arn: `arn:aws:iam::${tenant.accountId}:user/${user['userName']}`,
        groupList: [user['userName']],
        attachedManagedPolicies: [{ policyName: user['userName'] }],
        permissionsBoundary: { permissionsBoundaryType: 'Policy', permissionsBoundaryArn: readOnly },
        tags: blueTeam,
      });
      const encoded = encodeURIComponent(policyDocument).replaceAll('*', '%2A');
      expect(user['userPolicyList']).toEqual([{ policyName: 'inline', policyDocument: encoded }]);
      expect(last(groupDetailList as Members[])['groupPolicyList']).toHaveLength(1);
      const role = last(roleDetailList as Members[]);
      expect(decodeURIComponent(role['assumeRolePolicyDocument'] as string)).toBe(ec2Trust);
      expect(role).toMatchObject({
        instanceProfileList: [{ instanceProfileName: role['roleName'], roles: [{ roleName: role['roleName'] }] }],
        rolePolicyList: [{ policyName: 'inline', policyDocument: encoded }],
        roleLastUsed: {},
      });
      const own = (policies as Members[]).find(({ policyName }) => policyName === user['userName']);
      expect(own).toMatchObject({
        attachmentCount: 3,
        description: 'Reads',
        policyVersionList: [
          { versionId: 'v2', isDefaultVersion: false, document: encoded },
          { versionId: 'v1', isDefaultVersion: true, document: encoded },
        ],
      });
      expect(last(policies as Members[])['arn']).toBe(readOnly);
    },
    errors: {
      ValidationError: () => ({ filter: ['Everything'] }),
    },
  },
];
