import type { z } from 'zod';
import { toTagList, tagsColumn } from '../../kernel/tags.js';
import type { Prisma } from '../../generated/prisma/client.js';
import type { policy } from './policies.schema.js';
import { policyArnOf } from './policy.target.js';

export type Policy = z.input<typeof policy>;

/** How often a policy of the account is used. */
export const usage = {
  _count: { select: { attachments: true, boundaryOf: true } },
} satisfies Prisma.ManagedPolicyInclude;

/** How often a platform-managed policy is used in one account. */
export function platformUsage(accountId: string) {
  const inAccount = { where: { accountId } };
  return {
    _count: { select: { attachments: inAccount, boundaryOf: inAccount } },
  } satisfies Prisma.PlatformPolicyInclude;
}

/** Tags are included where AWS returns them. */
export type PolicyWithUsage =
  | Prisma.ManagedPolicyGetPayload<{ include: typeof usage }>
  | Prisma.ManagedPolicyGetPayload<{ include: typeof usage; omit: { tags: true } }>
  | Prisma.PlatformPolicyGetPayload<{ include: ReturnType<typeof platformUsage> }>;

/** Without the description, which lists omit. */
export function describePolicy(found: PolicyWithUsage, partition: string): Policy {
  const tags = 'tags' in found ? toTagList(tagsColumn.read(found.tags)) : [];
  return {
    policyName: found.name,
    policyId: found.policyId,
    arn: policyArnOf(found, partition),
    path: found.path,
    defaultVersionId: `v${found.defaultVersionNumber}`,
    attachmentCount: found._count.attachments,
    permissionsBoundaryUsageCount: found._count.boundaryOf,
    isAttachable: true,
    createDate: found.createdAt,
    updateDate: found.updatedAt,
    ...(tags.length > 0 ? { tags } : {}),
  };
}
