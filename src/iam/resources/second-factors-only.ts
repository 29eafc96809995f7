import type { Transaction } from '../../kernel/database/database.service.js';

/**
 * Makes the security keys of a principal second factors only, which require its password. Part of every change that
 * sets a principal's password without the old one, because somebody else may have registered a key.
 *
 * @param principalId the user's unique ID, or the account ID for the root user
 */
export async function makeSecondFactorsOnly(tx: Transaction, accountId: string, principalId: string): Promise<void> {
  await tx.securityKey.updateMany({ where: { accountId, device: { principalId } }, data: { signsInAlone: false } });
}
