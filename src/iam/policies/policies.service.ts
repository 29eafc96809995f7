import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { likePrefix } from '../../kernel/paging/like-prefix.js';
import { pageAcross, type Part } from '../../kernel/paging/paging-across.js';
import { quotas, requireBelowQuota } from '../../kernel/quotas.js';
import { toTagList, toTags, tagsColumn } from '../../kernel/tags.js';
import { newUniqueId } from '../../kernel/unique-ids.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import type { ManagedPolicy, Prisma } from '../../generated/prisma/client.js';
import { describePolicy, type Policy, platformUsage, usage } from './describe-policy.js';
import type { createPolicyInput, listPoliciesInput } from './policies.schema.js';
import { checkPolicyDocument, managedPolicyRules } from './policy-documents.js';
import { type AnyPolicy, isOwn } from './policy.target.js';

/** The policies in ListPolicies: those of the account, then those of the platform. */
interface Listed {
  Local: Prisma.ManagedPolicyGetPayload<{ include: typeof usage; omit: { tags: true } }>;
  AWS: Prisma.PlatformPolicyGetPayload<{ include: ReturnType<typeof platformUsage> }>;
}

/** Customer managed policies; PolicyVersionsService manages their versions. */
@Injectable()
export class PoliciesService {
  /** @throws ApiError EntityAlreadyExists, LimitExceeded, MalformedPolicyDocument */
  async create(
    { tx, accountId, partition }: OperationContext,
    input: z.output<typeof createPolicyInput>,
  ): Promise<Policy> {
    checkPolicyDocument(input.policyDocument, 'identity', managedPolicyRules(partition));
    const nameKey = input.policyName.toLowerCase();
    if ((await tx.managedPolicy.count({ where: { accountId, nameKey } })) > 0) {
      const message = `A policy called ${input.policyName} already exists. Duplicate names are not allowed.`;
      throw new ApiError('EntityAlreadyExists', message);
    }
    const existing = await tx.managedPolicy.count({ where: { accountId } });
    requireBelowQuota('PoliciesPerAccount', existing, quotas.policiesPerAccount);
    const created = await tx.managedPolicy.create({
      data: {
        accountId,
        policyId: newUniqueId('ANPA'),
        name: input.policyName,
        nameKey,
        path: input.path ?? '/',
        description: input.description ?? '',
        tags: toTags(input.tags),
        versions: { create: { versionNumber: 1, document: input.policyDocument } },
      },
      include: usage,
    });
    return describePolicy(created, partition);
  }

  async get({ tx, accountId, partition, target }: OperationContext<AnyPolicy>): Promise<Policy> {
    const { policyId } = target;
    const found = isOwn(target)
      ? await tx.managedPolicy.findUniqueOrThrow({
          where: { accountId_policyId: { accountId, policyId } },
          include: usage,
        })
      : await tx.platformPolicy.findUniqueOrThrow({ where: { policyId }, include: platformUsage(accountId) });
    const tags = isOwn(found) ? toTagList(tagsColumn.read(found.tags)) : [];
    // AWS returns an empty list here if there are no tags, and never an empty description.
    return {
      ...describePolicy(found, partition),
      ...(found.description ? { description: found.description } : {}),
      tags,
    };
  }

  /**
   * Policies of the account ordered by name, then those of the platform. Descriptions and tags are omitted (IAM API
   * reference, ListPolicies).
   */
  async list({ tx, accountId, partition }: OperationContext, input: z.output<typeof listPoliciesInput>) {
    const { scope = 'All', pathPrefix } = input;
    const orderBy = { nameKey: 'asc' } as const;
    const named = (after: string | undefined) => ({
      ...(pathPrefix === undefined ? {} : { path: { startsWith: likePrefix(pathPrefix) } }),
      ...(after === undefined ? {} : { nameKey: { gt: after } }),
    });
    const own: Part<Listed['Local']> = {
      read: (after, take) =>
        tx.managedPolicy.findMany({
          where: { accountId, ...named(after), ...usedAs(input, accountId) },
          include: usage,
          omit: { tags: true },
          orderBy,
          take,
        }),
      keyOf: ({ nameKey }) => nameKey,
    };
    const platforms: Part<Listed['AWS']> = {
      read: (after, take) =>
        tx.platformPolicy.findMany({
          where: { ...named(after), ...usedAs(input, accountId) },
          include: platformUsage(accountId),
          orderBy,
          take,
        }),
      keyOf: ({ nameKey }) => nameKey,
    };
    const parts = { Local: scope === 'AWS' ? undefined : own, AWS: scope === 'Local' ? undefined : platforms };
    const { lists, paging } = await pageAcross<Listed>(['Local', 'AWS'], parts, input);
    const policies = [...lists.Local, ...lists.AWS].map((item) => describePolicy(item, partition));
    return { policies, ...paging };
  }

  /**
   * @throws ApiError DeleteConflict while it is attached, a boundary, or has versions in addition to the default one
   */
  async delete(tx: Transaction, { accountId, policyId }: ManagedPolicy): Promise<void> {
    const where = { accountId_policyId: { accountId, policyId } };
    const { _count: used } = await tx.managedPolicy.findUniqueOrThrow({ where, include: usage });
    if (used.attachments + used.boundaryOf > 0) {
      throw new ApiError('DeleteConflict', 'Cannot delete a policy attached to entities.');
    }
    if ((await tx.managedPolicyVersion.count({ where: { accountId, policyId } })) > 1) {
      const message =
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.";
      throw new ApiError('DeleteConflict', message);
    }
    await tx.managedPolicy.delete({ where });
  }
}

function usedAs({ onlyAttached, policyUsageFilter }: z.output<typeof listPoliciesInput>, accountId: string) {
  const attached = { attachments: { some: { accountId } } };
  const asBoundary = { boundaryOf: { some: { accountId } } };
  if (policyUsageFilter === 'PermissionsPolicy') return attached;
  if (policyUsageFilter === 'PermissionsBoundary') return asBoundary;
  return onlyAttached ? { OR: [attached, asBoundary] } : {};
}
