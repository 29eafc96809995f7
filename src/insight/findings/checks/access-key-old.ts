import type { Check } from '../check.js';

const OLD_DAYS = 90;

export const accessKeyOld: Check = {
  id: 'access-key-old',
  severity: 'medium',
  title: 'An access key is older than 90 days',
  recommendation: 'Create a second key, move the programs to it, then deactivate and delete the old key.',
  async find(account) {
    const keys = (await account.accessKeys()).filter(
      ({ status, createdAt }) => status === 'Active' && account.daysSince(createdAt) > OLD_DAYS,
    );
    return keys.map(({ accessKeyId, user, createdAt }) => {
      const owner = user ? { userName: user.name } : {};
      return {
        subject: accessKeyId,
        resource: user ? account.arnOf(user) : account.rootArn,
        evidence: `${accessKeyId} is ${account.daysSince(createdAt)} days old`,
        fix: [
          { operation: 'iam:CreateAccessKey', input: owner },
          { operation: 'iam:UpdateAccessKey', input: { ...owner, accessKeyId, status: 'Inactive' } },
          { operation: 'iam:DeleteAccessKey', input: { ...owner, accessKeyId } },
        ],
      };
    });
  },
};
