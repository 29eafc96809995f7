import type { Settings } from '../../kernel/config/settings.js';
import type { Account } from '../../generated/prisma/client.js';

const DAY = 24 * 60 * 60 * 1000;

/** When the grace period of a closed account ends, by the current setting. */
export function purgeDateOf({ closedAt }: Pick<Account, 'closedAt'>, { accountGraceDays }: Settings): Date {
  if (!closedAt) throw new Error('An account that is not closed has no grace period');
  return new Date(closedAt.getTime() + accountGraceDays * DAY);
}

/** The grace period of accounts that were closed before this time has ended. */
export function graceLimit(now: Date, { accountGraceDays }: Settings): Date {
  return new Date(now.getTime() - accountGraceDays * DAY);
}

/** How long the mailed link for an email address is valid, and an account waits for it. */
export const CONFIRMATION_HOURS = 24;

/** Pending accounts that were created before this are deleted. */
export function confirmationLimit(now: Date): Date {
  return new Date(now.getTime() - CONFIRMATION_HOURS * 3_600_000);
}
