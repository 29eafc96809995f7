import { lintPolicy, parseStoredPolicy } from '../../policy-engine/index.js';
import type { Check } from '../check.js';

export const roleTrustsEveryone: Check = {
  id: 'role-trusts-everyone',
  severity: 'critical',
  title: 'A role can be assumed by everyone',
  recommendation: 'Name the accounts, users, services or providers that may assume it.',
  async find(account) {
    const trusting = (await account.identities('role')).filter(({ trustPolicy }) => {
      const document = parseStoredPolicy(trustPolicy!, 'trust', { partition: account.partition });
      return lintPolicy(document).some(({ code }) => code === 'ALLOW_WITH_STAR_PRINCIPAL');
    });
    return trusting.map((role) => ({
      subject: role.identityId,
      resource: account.arnOf(role),
      evidence: `The trust policy of ${role.name} allows Principal * without conditions`,
      fix: [{ operation: 'iam:UpdateAssumeRolePolicy', input: { roleName: role.name } }],
    }));
  },
};
