import type { LocateScope } from '../../access/actions/action.js';
import type { Target } from '../../access/actions/target.js';
import { rootArn } from '../../kernel/arn.js';
import { tagsColumn } from '../../kernel/tags.js';
import type { AccessKey, Identity } from '../../generated/prisma/client.js';
import { identityArn } from '../resources/identity.target.js';

/** An access key with its user; the root user's keys have no user. */
export type AccessKeyUser = AccessKey & { user: Identity | null };

/**
 * The user of an access key, on which GetAccessKeyLastUsed is authorized. AWS does not report that a key is missing.
 */
export async function locateAccessKeyUser(
  { tx, accountId, partition, caller }: Omit<LocateScope<unknown>, 'input'>,
  accessKeyId: string,
): Promise<Target<AccessKeyUser>> {
  const row = await tx.accessKey.findUnique({
    where: { accountId_accessKeyId: { accountId, accessKeyId } },
    include: { user: true },
  });
  if (!row) {
    const missing = `User: ${caller.arn} is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key ${accessKeyId}`;
    return { arn: '*', missing, code: 'AccessDenied' };
  }
  if (!row.user) return { arn: rootArn(partition, accountId), row };
  return { arn: identityArn(row.user, partition), tags: tagsColumn.read(row.user.tags), row };
}
