import type { Check } from '../check.js';

const UNUSED_DAYS = 90;

export const accessKeyUnused: Check = {
  id: 'access-key-unused',
  severity: 'medium',
  title: 'An access key has not been used for 90 days',
  recommendation: 'Deactivate the key. Delete it when you are sure that nothing uses it.',
  async find(account) {
    const keys = (await account.accessKeys()).filter(({ status, lastUsedAt, createdAt }) => {
      return status === 'Active' && account.daysSince(lastUsedAt ?? createdAt) > UNUSED_DAYS;
    });
    return keys.map(({ accessKeyId, user, lastUsedAt }) => ({
      subject: accessKeyId,
      resource: user ? account.arnOf(user) : account.rootArn,
      evidence: `${accessKeyId} was ${lastUsedAt ? `last used ${lastUsedAt.toISOString()}` : 'never used'}`,
      fix: [
        {
          operation: 'iam:UpdateAccessKey',
          input: { ...(user ? { userName: user.name } : {}), accessKeyId, status: 'Inactive' },
        },
      ],
    }));
  },
};
