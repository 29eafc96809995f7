import type { Caller } from '../access/actions/caller.js';
import { ApiError } from '../kernel/errors/errors.js';
import type { Transaction } from '../kernel/database/database.service.js';

/**
 * INVARIANT: changes within an account run one after another. Whatever a change reads (whether a name is free, a quota
 * is reached, a policy is attached) stays true until it commits.
 *
 * @throws ApiError InvalidClientTokenId if the caller's account was suspended or closed since it was authenticated
 */
export async function lockAccount(tx: Transaction, accountId: string, caller: Caller | undefined): Promise<void> {
  const rows = await tx.$queryRaw<{ status: string }[]>`
    SELECT status::text FROM accounts WHERE account_id = ${accountId}::bpchar FOR NO KEY UPDATE`;
  if (caller?.accountId === accountId && rows[0]?.status !== 'active') {
    throw new ApiError('InvalidClientTokenId', 'The security token included in the request is invalid.');
  }
}
