import type { Check } from '../check.js';

export const rootAccessKey: Check = {
  id: 'root-access-key',
  severity: 'critical',
  title: 'The root user has access keys',
  recommendation: 'Delete the access keys: policies cannot limit them. Give each program its own role or user.',
  async find(account) {
    const keys = (await account.accessKeys()).filter(({ userId }) => userId === null);
    return keys.map(({ accessKeyId, status, createdAt }) => ({
      subject: accessKeyId,
      resource: account.rootArn,
      evidence: `${accessKeyId} (${status}) of ${createdAt.toISOString()}`,
      fix: [{ operation: 'iam:DeleteAccessKey', input: { accessKeyId } }],
    }));
  },
};
