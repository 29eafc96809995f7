import { findOpenTrust } from '../../../iam/roles/shared-issuers.js';
import type { Check } from '../check.js';

export const roleTrustsSharedIssuer: Check = {
  id: 'role-trusts-shared-issuer',
  severity: 'critical',
  title: 'A role can be assumed by every customer of an identity provider',
  recommendation: 'Add a condition that names your organization, repository or project.',
  async find(account) {
    const roles = await account.roles();
    return roles.flatMap((role) => {
      const open = findOpenTrust(role.trust);
      if (!open) return [];
      return [
        {
          subject: role.identityId,
          resource: account.arnOf(role),
          evidence: `The trust policy of ${role.name} trusts ${open.issuer} without a condition on ${open.key}`,
          fix: [{ operation: 'iam:UpdateAssumeRolePolicy', input: { roleName: role.name } }],
        },
      ];
    });
  },
};
