import type { Check } from '../check.js';

export const rootWithoutMfa: Check = {
  id: 'root-without-mfa',
  severity: 'critical',
  title: 'The root user has no MFA device',
  recommendation: 'Sign in as the root user, and register a security key or a virtual MFA device.',
  async find(account) {
    if ((await account.withMfa()).has(account.accountId)) return [];
    return [
      {
        subject: account.accountId,
        resource: account.rootArn,
        evidence: 'Sign-in requires only a password',
        fix: [
          { operation: 'iam:CreateVirtualMFADevice', input: { virtualMfaDeviceName: 'root' } },
          { operation: 'iam:EnableMFADevice', input: { userName: '<root_account>' } },
        ],
      },
    ];
  },
};
