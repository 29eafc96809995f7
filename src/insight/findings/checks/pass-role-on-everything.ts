import type { Check } from '../check.js';
import { platformGrants } from '../platform-grants.js';
import { policyFix } from '../policy-fix.js';

export const passRoleOnEverything: Check = {
  id: 'pass-role-on-everything',
  severity: 'high',
  title: 'A policy allows passing any role',
  recommendation: 'Name the roles that may be passed to services, or add a condition on iam:PassedToService.',
  async find(account) {
    const passing = (await account.policies()).filter(({ grants }) => grants.has('everyRole'));
    const own = passing.map((policy) => ({
      subject: policy.subject,
      resource: policy.resource,
      evidence: `${policy.name} allows iam:PassRole on Resource *`,
      fix: policyFix(policy),
    }));
    return [...own, ...(await platformGrants(account, 'everyRole'))];
  },
};
