import type { Check } from '../check.js';
import { platformGrants } from '../platform-grants.js';
import { policyFix } from '../policy-fix.js';

export const credentialsOfEveryUser: Check = {
  id: 'credentials-of-every-user',
  severity: 'high',
  title: 'A policy lets its principal create credentials for any user',
  recommendation: 'Name the users whose passwords, keys and authenticators the policy may change.',
  async find(account) {
    const granting = (await account.policies()).filter(({ grants }) => grants.has('everyCredential'));
    const own = granting.map((policy) => ({
      subject: policy.subject,
      resource: policy.resource,
      evidence: `${policy.name} allows changing the passwords, keys or authenticators of every user`,
      fix: policyFix(policy),
    }));
    return [...own, ...(await platformGrants(account, 'everyCredential'))];
  },
};
