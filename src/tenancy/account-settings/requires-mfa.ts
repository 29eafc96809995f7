import type { AccountSettings } from '../../generated/prisma/client.js';

/** Whether sign-in of the root user, or of users, requires MFA. */
export function requiresMfa({ mfaRequired }: Pick<AccountSettings, 'mfaRequired'>, of: 'root' | 'users'): boolean {
  return mfaRequired === of || mfaRequired === 'all';
}
