import { requiresMfa } from '../../../tenancy/account-settings/requires-mfa.js';
import type { Check } from '../check.js';

export const mfaNotRequired: Check = {
  id: 'mfa-not-required',
  severity: 'medium',
  title: 'Sign-in does not require MFA',
  recommendation:
    'Require MFA of the root user and of users: a principal without an MFA device enrols one at its next sign-in.',
  async find(account) {
    const settings = await account.settings();
    const missing = (['root', 'users'] as const).filter((of) => !requiresMfa(settings, of));
    if (missing.length === 0) return [];
    const names = missing.map((of) => (of === 'root' ? 'the root user' : 'users'));
    return [
      {
        subject: account.accountId,
        resource: account.rootArn,
        evidence: `A password alone is enough for ${names.join(' and ')} without an MFA device`,
        fix: [{ operation: 'gatehouse:UpdateSignInSettings', input: { mfaRequired: 'all' } }],
      },
    ];
  },
};
