import { requiresMfa } from '../../../tenancy/account-settings/requires-mfa.js';
import type { Check } from '../check.js';

export const mfaNotRequired: Check = {
  id: 'mfa-not-required',
  severity: 'medium',
  title: 'Sign-in does not require MFA',
  recommendation:
    'Require MFA for the root user and for users. A principal without an MFA device then registers ' +
    'one at its next sign-in.',
  async find(account) {
    const settings = await account.settings();
    const missing = (['root', 'users'] as const).filter((of) => !requiresMfa(settings, of));
    if (missing.length === 0) return [];
    const names = missing.map((of) => (of === 'root' ? 'the root user' : 'users'));
    return [
      {
        subject: account.accountId,
        resource: account.rootArn,
        evidence: `Without an MFA device, a password is sufficient for ${names.join(' and ')}`,
        fix: [{ operation: 'gatehouse:UpdateSignInSettings', input: { mfaRequired: 'all' } }],
      },
    ];
  },
};
