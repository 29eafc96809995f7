import type { Check } from '../check.js';

export const roleTrustsEveryone: Check = {
  id: 'role-trusts-everyone',
  severity: 'critical',
  title: 'Anyone can assume a role',
  recommendation: 'Name the accounts, users, services or providers that may assume it.',
  async find(account) {
    const trusting = (await account.roles()).filter(({ trust }) => trust.isPublic);
    return trusting.map((role) => ({
      subject: role.identityId,
      resource: account.arnOf(role),
      evidence: `The trust policy of ${role.name} allows Principal * without conditions`,
      fix: [{ operation: 'iam:UpdateAssumeRolePolicy', input: { roleName: role.name } }],
    }));
  },
};
