import type { Check } from '../check.js';

export const crossAccountTrust: Check = {
  id: 'cross-account-trust-without-external-id',
  severity: 'high',
  title: 'A role trusts another account without an external ID',
  recommendation:
    'Add a condition on sts:ExternalId, so that the other account cannot be tricked into acting for ' +
    'a third party (confused deputy).',
  async find(account) {
    const trusting = (await account.roles()).filter(({ trust }) => trust.foreignAccounts.length > 0);
    return trusting.map((role) => ({
      subject: role.identityId,
      resource: account.arnOf(role),
      evidence: `${role.name} trusts ${role.trust.foreignAccounts.join(', ')}`,
      fix: [{ operation: 'iam:UpdateAssumeRolePolicy', input: { roleName: role.name } }],
    }));
  },
};
