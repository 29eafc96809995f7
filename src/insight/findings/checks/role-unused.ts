import { isServiceLinked } from '../../../iam/resources/service-linked.js';
import type { Check } from '../check.js';

const UNUSED_DAYS = 90;

export const roleUnused: Check = {
  id: 'role-unused',
  severity: 'low',
  title: 'A role has not been used for 90 days',
  recommendation: 'Delete its policies, then the group.',
  async find(account) {
    const unused = (await account.roles()).filter(
      (role) => !isServiceLinked(role) && account.daysSince(role.roleLastUsedAt ?? role.createdAt) > UNUSED_DAYS,
    );
    return unused.map((role) => ({
      subject: role.identityId,
      resource: account.arnOf(role),
      evidence: `${role.name} was ${role.roleLastUsedAt ? `last used ${role.roleLastUsedAt.toISOString()}` : 'never used'}`,
      fix: [{ operation: 'iam:DeleteRole', input: { roleName: role.name } }],
    }));
  },
};
