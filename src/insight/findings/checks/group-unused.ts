import type { Check } from '../check.js';

export const groupUnused: Check = {
  id: 'group-unused',
  severity: 'low',
  title: 'A group has no members',
  recommendation: 'Delete its policies, then the group.',
  async find(account) {
    const { tx, accountId } = account;
    const empty = await tx.identity.findMany({
      where: { accountId, type: 'group', members: { none: {} } },
      orderBy: { nameKey: 'asc' },
    });
    return empty.map((group) => ({
      subject: group.identityId,
      resource: account.arnOf(group),
      evidence: `${group.name} has no members`,
      fix: [{ operation: 'iam:DeleteGroup', input: { groupName: group.name } }],
    }));
  },
};
