import type { Check } from '../check.js';

export const userWithoutMfa: Check = {
  id: 'user-without-mfa',
  severity: 'high',
  title: 'A user can sign in without MFA',
  recommendation: 'Have the user register an MFA device. If nobody signs in with the password, delete it.',
  async find(account) {
    const withMfa = await account.withMfa();
    const without = (await account.loginProfiles()).filter(({ userId }) => !withMfa.has(userId));
    return without.map(({ user }) => ({
      subject: user.identityId,
      resource: account.arnOf(user),
      evidence: `${user.name} has a password and no MFA device`,
      fix: [
        { operation: 'iam:CreateVirtualMFADevice', input: { virtualMfaDeviceName: user.name } },
        { operation: 'iam:EnableMFADevice', input: { userName: user.name } },
      ],
    }));
  },
};
