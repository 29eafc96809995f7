import type { Check } from '../check.js';

export const roleTrustsSharedIssuer: Check = {
  id: 'role-trusts-shared-issuer',
  severity: 'critical',
  title: 'Every customer of an identity provider can assume a role',
  recommendation: 'Add a condition that names your organization, repository or project.',
  async find(account) {
    const roles = await account.roles();
    return roles.flatMap((role) => {
      const { openIssuer } = role.trust;
      if (!openIssuer) return [];
      return {
        subject: role.identityId,
        resource: account.arnOf(role),
        evidence: `The trust policy of ${role.name} trusts ${openIssuer.issuer} without a condition on ${openIssuer.key}`,
        fix: [{ operation: 'iam:UpdateAssumeRolePolicy', input: { roleName: role.name } }],
      };
    });
  },
};
