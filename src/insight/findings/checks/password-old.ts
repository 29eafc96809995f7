import type { Check } from '../check.js';

const OLD_DAYS = 90;

export const passwordOld: Check = {
  id: 'password-old',
  severity: 'low',
  title: 'A password is older than 90 days',
  recommendation: 'Require a new password at the next sign-in, or set an expiration in the password policy.',
  async find(account) {
    const old = (await account.loginProfiles()).filter(
      ({ passwordSetAt }) => account.daysSince(passwordSetAt) > OLD_DAYS,
    );
    return old.map(({ user, passwordSetAt }) => ({
      subject: user.identityId,
      resource: account.arnOf(user),
      evidence: `The password of ${user.name} is ${account.daysSince(passwordSetAt)} days old`,
      fix: [{ operation: 'iam:UpdateLoginProfile', input: { userName: user.name, passwordResetRequired: true } }],
    }));
  },
};
