import type { Transaction } from '../../kernel/database/database.service.js';

/**
 * The security keys of a principal sign in only together with its password from now on. Part of every change that gives
 * a principal a password without the old one: whoever registered a key before may be the reason for it.
 *
 * @param principalId the user's unique id, or the account id for the root user
 */
export async function makeSecondFactorsOnly(tx: Transaction, accountId: string, principalId: string): Promise<void> {
  await tx.securityKey.updateMany({ where: { accountId, device: { principalId } }, data: { signsInAlone: false } });
}
