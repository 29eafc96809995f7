import type { Check } from '../check.js';

const LATELY_DAYS = 30;

export const rootUsedLately: Check = {
  id: 'root-used-lately',
  severity: 'medium',
  title: 'The root user was used recently',
  recommendation:
    'Use a user or role with the permissions for the task. Use the root user only for tasks that require it.',
  async find(account) {
    const { rootPasswordLastUsedAt } = await account.account();
    const keys = (await account.accessKeys()).filter(({ userId }) => userId === null);
    const uses = [rootPasswordLastUsedAt, ...keys.map(({ lastUsedAt }) => lastUsedAt)].filter((time) => time !== null);
    const newest = uses.sort((left, right) => right.getTime() - left.getTime())[0];
    if (!newest || account.daysSince(newest) > LATELY_DAYS) return [];
    const evidence = `Last used ${newest.toISOString()}`;
    return [{ subject: account.accountId, resource: account.rootArn, evidence, fix: [] }];
  },
};
