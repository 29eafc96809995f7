import type { Check } from '../check.js';

export const rootWithoutMfa: Check = {
  id: 'root-without-mfa',
  severity: 'critical',
  title: 'The root user has no MFA device',
  recommendation: 'Register a security key or a virtual device as the root user.',
  async find(account) {
    if ((await account.withMfa()).has(account.accountId)) return [];
    return [
      {
        subject: account.accountId,
        resource: account.rootArn,
        evidence: 'A password alone signs in',
        fix: [
          { operation: 'iam:CreateVirtualMFADevice', input: { virtualMfaDeviceName: 'root' } },
          { operation: 'iam:EnableMFADevice', input: { userName: '<root_account>' } },
        ],
      },
    ];
  },
};
