import type { LocateScope } from '../../access/actions/action.js';
import type { Target } from '../../access/actions/target.js';
import { gatehouseArn } from '../../kernel/arn.js';
import type { Account } from '../../generated/prisma/client.js';

/**
 * The account in which the operation acts. Accounts belong to the platform: the operator's own policies control what it
 * may do to them. For everyone else an account belongs to its owner, so access to another account is denied in the same
 * way whether it exists or not.
 */
export async function locateAccount({
  tx,
  accountId,
  partition,
  caller,
}: LocateScope<unknown>): Promise<Target<Account>> {
  const row = await tx.account.findUnique({ where: { accountId } });
  const common = {
    arn: gatehouseArn(partition, accountId, 'account'),
    ...(caller.isManagement ? { ownerId: caller.accountId } : {}),
  };
  return row ? { ...common, row } : { ...common, missing: `The account with ID ${accountId} cannot be found.` };
}

/** For operations that name the account in which they act. */
export function namedAccount({ accountId }: { accountId: string }): string {
  return accountId;
}
