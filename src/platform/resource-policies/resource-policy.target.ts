import type { LocateScope } from '../../access/actions/action.js';
import type { Target } from '../../access/actions/target.js';
import type { Caller } from '../../access/actions/caller.js';
import { requireInScope } from '../../access/principals/service-scope.js';
import { type Arn, gatehouseArn, parseArn } from '../../kernel/arn.js';
import { ApiError } from '../../kernel/errors/errors.js';
import type { ResourcePolicy } from '../../generated/prisma/client.js';

type Input = { readonly resourceArn: string };

/** Gatehouse's own resources: trust policies decide about them, or nobody outside of the account has access. */
const OWN_SERVICES = ['iam', 'sts', 'gatehouse'];

/**
 * The account that owns the resource: the management account acts in any account, others in their own, where they
 * affect nobody else's.
 */
export function accountOfResource({ resourceArn }: Input, caller: Caller | undefined): string {
  const { accountId } = resourceOf(resourceArn);
  return caller!.isManagement ? accountId : caller!.accountId;
}

/** The policy of a resource, which may not exist yet. */
export async function locateResource(scope: LocateScope<Input>): Promise<Target<ResourcePolicy | undefined>> {
  const target = await locateResourcePolicy(scope);
  return 'row' in target ? target : { arn: target.arn, ownerId: target.ownerId!, row: undefined };
}

export async function locateResourcePolicy({
  tx,
  input: { resourceArn },
  caller,
  partition,
}: LocateScope<Input>): Promise<Target<ResourcePolicy>> {
  const { accountId, partition: itsPartition, service } = resourceOf(resourceArn);
  if (itsPartition !== partition || OWN_SERVICES.includes(service)) {
    throw new ApiError('InvalidInput', 'resourceArn must be the ARN of a resource of a service of the platform.');
  }
  requireInScope(caller, { resource: resourceArn });
  // The request is decided as if the resource belonged to the caller's account; for another account it is denied.
  const ownerId = caller.isManagement ? caller.accountId : accountId;
  const row =
    caller.isManagement || accountId === caller.accountId
      ? await tx.resourcePolicy.findUnique({ where: { accountId_resourceArn: { accountId, resourceArn } } })
      : null;
  if (row) return { arn: resourceArn, ownerId, row };
  return { arn: resourceArn, ownerId, missing: `The resource ${resourceArn} has no policy.` };
}

/** The resource of a list's permission. */
export function listTarget({
  accountId,
  caller,
  partition,
}: Pick<LocateScope<unknown>, 'accountId' | 'caller' | 'partition'>): Target<undefined> {
  const ownerId = caller.isManagement ? caller.accountId : accountId;
  return { arn: gatehouseArn(partition, accountId, 'resource-policy/*'), ownerId, row: undefined };
}

/** @throws ApiError InvalidInput if it contains no account, like an S3 bucket's */
function resourceOf(resourceArn: string): Arn {
  const arn = parseArn(resourceArn);
  if (arn && /^\d{12}$/.test(arn.accountId)) return arn;
  throw new ApiError('InvalidInput', 'resourceArn must contain the account ID of the resource owner.');
}
