import type { Check } from '../check.js';
import { platformGrants } from '../platform-grants.js';
import { policyFix } from '../policy-fix.js';

export const fullAccessGrant: Check = {
  id: 'full-access-grant',
  severity: 'high',
  title: 'A policy allows every action on everything',
  recommendation: 'Grant only the permissions that are needed: GET /v1/least-privilege shows which were used.',
  async find(account) {
    const full = (await account.policies()).filter(({ grants }) => grants.has('everyAction'));
    const own = full.map((policy) => ({
      subject: policy.subject,
      resource: policy.resource,
      evidence: `${policy.name} allows Action * on Resource * without conditions`,
      fix: policyFix(policy),
    }));
    return [...own, ...(await platformGrants(account, 'everyAction'))];
  },
};
