import type { LocateScope, Target } from '../access/operations/operation.js';
import { rootArn } from '../common/arn.js';
import type { Tags } from '../common/tags.js';
import type { AccessKey, Identity } from '../generated/prisma/client.js';
import { identityArn } from '../identities/identity.target.js';

/** An access key with its user; the root user's keys have none. */
export type AccessKeyUser = AccessKey & { user: Identity | null };

/** The user of an access key, which is what GetAccessKeyLastUsed is authorised on. */
export async function locateAccessKeyUser(
  { tx, accountId, partition }: Omit<LocateScope<unknown>, 'input'>,
  accessKeyId: string,
): Promise<Target<AccessKeyUser>> {
  const row = await tx.accessKey.findUnique({
    where: { accountId_accessKeyId: { accountId, accessKeyId } },
    include: { user: true },
  });
  if (!row) return { arn: '*', missing: `The Access Key with id ${accessKeyId} cannot be found.` };
  if (!row.user) return { arn: rootArn(partition, accountId), row };
  return { arn: identityArn(row.user, partition), tags: row.user.tags as Tags, row };
}
