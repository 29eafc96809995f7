import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { page, pageRequest } from '../../kernel/paging/paging.js';
import { quotas, requireBelowQuota } from '../../kernel/quotas.js';
import type { ResourcePolicy } from '../../generated/prisma/client.js';
import { checkPolicyDocument } from '../../iam/policies/policy-documents.js';
import { CurrentPrincipals } from '../../iam/policies/current-principals.service.js';
import { PolicyPrincipals, principalIdsColumn } from '../../iam/policies/policy-principals.service.js';
import type {
  listResourcePoliciesInput,
  listResourcePoliciesOutput,
  putResourcePolicyInput,
  resourcePolicyOutput,
} from './resource-policies.schema.js';

type Description = z.input<typeof resourcePolicyOutput>['resourcePolicy'];

/** The stored policies of the platform's services' resources. */
@Injectable()
export class ResourcePoliciesService {
  constructor(
    private readonly principals: PolicyPrincipals,
    private readonly currentPrincipals: CurrentPrincipals,
  ) {}

  /** @throws ApiError NoSuchEntity if the account does not exist, LimitExceeded, MalformedPolicyDocument */
  async put(
    { tx, accountId, partition, target, request }: OperationContext<ResourcePolicy | undefined>,
    { resourceArn, resourceType, policyDocument }: z.output<typeof putResourcePolicyInput>,
  ): Promise<Description> {
    const account = await tx.account.findUnique({ where: { accountId }, select: { status: true } });
    if (account?.status !== 'active') throw new ApiError('NoSuchEntity', `The account ${accountId} cannot be found.`);
    const characters = quotas.resourcePolicyCharacters;
    checkPolicyDocument(policyDocument, 'resource', { quota: 'ResourcePolicySize', characters, partition });
    if (!target) {
      const current = await tx.resourcePolicy.count({ where: { accountId } });
      requireBelowQuota('ResourcePoliciesPerAccount', current, quotas.resourcePoliciesPerAccount);
    }
    const principalIds = await this.principals.idsOf({ tx, accountId, partition }, policyDocument, 'resource');
    const changed = { resourceType, document: policyDocument, principalIds, updatedAt: request.receivedAt };
    const row = await tx.resourcePolicy.upsert({
      where: { accountId_resourceArn: { accountId, resourceArn } },
      create: { accountId, resourceArn, createdAt: request.receivedAt, ...changed },
      update: changed,
    });
    return { ...summaryOf(row), policyDocument };
  }

  async describe({ tx, accountId, partition, target: row }: OperationContext<ResourcePolicy>): Promise<Description> {
    const stored = { document: row.document, ids: principalIdsColumn.read(row.principalIds) };
    const [policyDocument] = await this.currentPrincipals.documents({ tx, accountId, partition }, [stored]);
    return { ...summaryOf(row), policyDocument: policyDocument! };
  }

  async list(
    { tx, accountId }: OperationContext,
    { resourceType, marker, maxItems }: z.output<typeof listResourcePoliciesInput>,
  ): Promise<z.input<typeof listResourcePoliciesOutput>> {
    const request = pageRequest({ marker, maxItems });
    const rows = await tx.resourcePolicy.findMany({
      where: {
        accountId,
        ...(resourceType === undefined ? {} : { resourceType }),
        resourceArn: { gt: request.after?.[0] ?? '' },
      },
      orderBy: { resourceArn: 'asc' },
      take: request.take,
      omit: { document: true, principalIds: true },
    });
    const { items, ...paging } = page(rows, request, ({ resourceArn }) => [resourceArn]);
    return { resourcePolicies: items.map(summaryOf), ...paging };
  }
}

function summaryOf({
  resourceArn,
  resourceType,
  createdAt,
  updatedAt,
}: Omit<ResourcePolicy, 'document' | 'principalIds'>) {
  return { resourceArn, resourceType, createDate: createdAt, updateDate: updatedAt };
}
