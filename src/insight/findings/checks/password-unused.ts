import type { Check } from '../check.js';

const UNUSED_DAYS = 90;

export const passwordUnused: Check = {
  id: 'password-unused',
  severity: 'medium',
  title: 'A password has not been used for 90 days',
  recommendation: "Delete the password. The user's access keys remain valid.",
  async find(account) {
    const unused = (await account.loginProfiles()).filter(
      ({ user, passwordSetAt }) => account.daysSince(user.passwordLastUsedAt ?? passwordSetAt) > UNUSED_DAYS,
    );
    return unused.map(({ user }) => ({
      subject: user.identityId,
      resource: account.arnOf(user),
      evidence: `${user.name} ${user.passwordLastUsedAt ? `last signed in ${user.passwordLastUsedAt.toISOString()}` : 'never signed in'}`,
      fix: [{ operation: 'iam:DeleteLoginProfile', input: { userName: user.name } }],
    }));
  },
};
