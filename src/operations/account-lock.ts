import type { Caller } from '../access/actions/caller.js';
import { ApiError } from '../kernel/errors/errors.js';
import type { Transaction } from '../kernel/database/database.service.js';
import { lockAccount } from '../kernel/database/row-locks.js';

/**
 * INVARIANT: changes within an account run one after another. Whatever a change reads (whether a name is free, a quota
 * is reached, a policy is attached) stays true until it commits.
 *
 * @throws ApiError InvalidClientTokenId if the caller's account was suspended or closed since it was authenticated
 */
export async function lockForChange(tx: Transaction, accountId: string, caller: Caller | undefined): Promise<void> {
  const status = await lockAccount(tx, accountId);
  if (caller?.accountId === accountId && status !== 'active') {
    throw new ApiError('InvalidClientTokenId', 'The security token included in the request is invalid.');
  }
}
