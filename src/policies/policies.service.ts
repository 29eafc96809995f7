import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../access/operations/operation.js';
import { ApiError } from '../common/errors.js';
import { likePrefix } from '../common/like-prefix.js';
import { page, pageRequest } from '../common/paging.js';
import { quotas, requireBelowQuota } from '../common/quotas.js';
import { type Tags, toTagList, toTags } from '../common/tags.js';
import { newUniqueId } from '../common/unique-ids.js';
import type { Transaction } from '../database/database.service.js';
import type { ManagedPolicy, Prisma } from '../generated/prisma/client.js';
import type { createPolicyInput, listPoliciesInput, policy } from './policies.schema.js';
import { checkPolicyDocument, type DocumentRules } from './policy-documents.js';
import { policyArnOf } from './policy.target.js';

type Policy = z.input<typeof policy>;

const usage = { _count: { select: { attachments: true, boundaryOf: true } } } satisfies Prisma.ManagedPolicyInclude;
type PolicyWithUsage = Prisma.ManagedPolicyGetPayload<{ include: typeof usage }>;

export function managedPolicyRules(partition: string): DocumentRules {
  return { quota: 'PolicySize', characters: quotas.managedPolicyCharacters, partition, requireCurrentVersion: true };
}

/** Customer managed policies; their versions have a service of their own. */
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
    return describe(created, partition);
  }

  async get({ tx, partition, target }: OperationContext<ManagedPolicy>): Promise<Policy> {
    const { accountId, policyId } = target;
    const where = { accountId_policyId: { accountId, policyId } };
    const found = await tx.managedPolicy.findUniqueOrThrow({ where, include: usage });
    return { ...describe(found, partition), description: found.description };
  }

  /** Ordered by name. Descriptions and tags are left out (IAM API reference, ListPolicies). */
  async list({ tx, accountId, partition }: OperationContext, input: z.output<typeof listPoliciesInput>) {
    if (input.scope === 'AWS') return { policies: [], isTruncated: false };
    const request = pageRequest(input);
    const rows = await tx.managedPolicy.findMany({
      where: {
        accountId,
        ...(input.pathPrefix === undefined ? {} : { path: { startsWith: likePrefix(input.pathPrefix) } }),
        ...usedAs(input),
        ...(request.after ? { nameKey: { gt: request.after[0]! } } : {}),
      },
      orderBy: { nameKey: 'asc' },
      take: request.take,
      include: usage,
    });
    const { items, ...paging } = page(rows, request, ({ nameKey }) => [nameKey]);
    return { policies: items.map((item) => ({ ...describe(item, partition), tags: undefined })), ...paging };
  }

  /** @throws ApiError DeleteConflict while it is attached, a boundary, or has other versions than the default one */
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

function usedAs({
  onlyAttached,
  policyUsageFilter,
}: z.output<typeof listPoliciesInput>): Prisma.ManagedPolicyWhereInput {
  const attached = { attachments: { some: {} } };
  const asBoundary = { boundaryOf: { some: {} } };
  if (policyUsageFilter === 'PermissionsPolicy') return attached;
  if (policyUsageFilter === 'PermissionsBoundary') return asBoundary;
  return onlyAttached ? { OR: [attached, asBoundary] } : {};
}

function describe(found: PolicyWithUsage, partition: string): Policy {
  const tags = toTagList(found.tags as Tags);
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
