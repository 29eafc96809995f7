import type { LocateScope } from '../../access/actions/action.js';
import type { Target } from '../../access/actions/target.js';
import { iamArn } from '../../kernel/arn.js';
import { tagsColumn } from '../../kernel/tags.js';
import type { Identity, InstanceProfile } from '../../generated/prisma/client.js';

/** Without tags, which lists omit. */
export type ListedInstanceProfile = Omit<InstanceProfile, 'tags'> & { role: Omit<Identity, 'tags'> | null };

export type InstanceProfileWithRole = InstanceProfile & { role: Identity | null };

/** An instance profile by its name, which is not case-sensitive. */
export async function locateInstanceProfile(
  { tx, accountId, partition }: Omit<LocateScope<unknown>, 'input'>,
  name: string,
): Promise<Target<InstanceProfileWithRole>> {
  const row = await tx.instanceProfile.findUnique({
    where: { accountId_nameKey: { accountId, nameKey: name.toLowerCase() } },
    include: { role: true },
  });
  if (row) return { arn: instanceProfileArn(row, partition), tags: tagsColumn.read(row.tags), row };
  return {
    arn: iamArn(partition, accountId, 'instance-profile', '/', name),
    missing: `Instance Profile ${name} cannot be found.`,
  };
}

export function instanceProfileArn(
  { accountId, path, name }: Pick<InstanceProfile, 'accountId' | 'path' | 'name'>,
  partition: string,
): string {
  return iamArn(partition, accountId, 'instance-profile', path, name);
}
