import type { LocateScope } from '../../access/actions/action.js';
import type { Target } from '../../access/actions/target.js';
import { gatehouseArn } from '../../kernel/arn.js';
import type { Account } from '../../generated/prisma/client.js';

/**
 * The account acted in. Accounts are the platform's: what its operator may do to them, the operator's own policies say.
 * For everyone else an account is its owner's, so that another one's is denied alike whether it exists or not.
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

/** For operations that name the account acted in. */
export function namedAccount({ accountId }: { accountId: string }): string {
  return accountId;
}
