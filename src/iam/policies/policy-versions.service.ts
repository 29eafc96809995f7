import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { page, pageRequest } from '../../kernel/paging/paging.js';
import { quotas, requireBelowQuota } from '../../kernel/quotas.js';
import { Settings } from '../../kernel/config/settings.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import type { ManagedPolicy, ManagedPolicyVersion, PlatformPolicyVersion } from '../../generated/prisma/client.js';
import type { createPolicyVersionInput, listPolicyVersionsInput, policyVersion } from './policies.schema.js';
import { checkPolicyDocument, encodeDocument, managedPolicyRules } from './policy-documents.js';
import { type AnyPolicy, isOwn, missingVersion, policyArnOf } from './policy.target.js';

type Version = z.input<typeof policyVersion>;
type VersionRow = ManagedPolicyVersion | PlatformPolicyVersion;

/** The versions of a managed policy: up to five for customer managed policies, one of them the default. */
@Injectable()
export class PolicyVersionsService {
  constructor(private readonly settings: Settings) {}

  /** @throws ApiError LimitExceeded, MalformedPolicyDocument */
  async create(
    { tx, partition, target: policy, request }: OperationContext<ManagedPolicy>,
    { policyDocument, setAsDefault }: z.output<typeof createPolicyVersionInput>,
  ): Promise<Version> {
    checkPolicyDocument(policyDocument, 'identity', managedPolicyRules(partition));
    const { accountId, policyId, nextVersionNumber: versionNumber } = policy;
    if ((await tx.managedPolicyVersion.count({ where: { accountId, policyId } })) >= quotas.versionsPerPolicy) {
      const message = `A managed policy can have up to ${quotas.versionsPerPolicy} versions. Before you create a new version, you must delete an existing version.`;
      throw new ApiError('LimitExceeded', message);
    }
    const inUse = await tx.managedPolicyVersion.count({ where: { accountId } });
    requireBelowQuota('PolicyVersionsInUse', inUse, quotas.policyVersionsPerAccount);
    const created = await tx.managedPolicyVersion.create({
      data: { accountId, policyId, versionNumber, document: policyDocument },
    });
    await tx.managedPolicy.update({
      where: { accountId_policyId: { accountId, policyId } },
      data: {
        nextVersionNumber: versionNumber + 1,
        updatedAt: request.receivedAt,
        ...(setAsDefault ? { defaultVersionNumber: versionNumber } : {}),
      },
    });
    return describe(created, setAsDefault);
  }

  /** @throws ApiError NoSuchEntity */
  async get(tx: Transaction, policy: AnyPolicy, versionId: string): Promise<Version> {
    const found = await this.require(tx, policy, versionId);
    const described = describe(found, found.versionNumber === policy.defaultVersionNumber);
    return { ...described, document: encodeDocument(found.document) };
  }

  /** Newest first. */
  async list(tx: Transaction, policy: AnyPolicy, input: z.output<typeof listPolicyVersionsInput>) {
    const request = pageRequest(input);
    const query = {
      where: request.after ? { versionNumber: { lt: Number(request.after[0]) } } : {},
      orderBy: { versionNumber: 'desc' },
      take: request.take,
    } as const;
    const rows = await this.versionsOf(tx, policy, query);
    const { items, ...paging } = page(rows, request, ({ versionNumber }) => [String(versionNumber)]);
    const { defaultVersionNumber } = policy;
    return { versions: items.map((item) => describe(item, item.versionNumber === defaultVersionNumber)), ...paging };
  }

  /** @throws ApiError NoSuchEntity */
  async setDefault({ tx, target: policy, request }: OperationContext<ManagedPolicy>, versionId: string): Promise<void> {
    const { versionNumber } = await this.require(tx, policy, versionId);
    const { accountId, policyId } = policy;
    await tx.managedPolicy.update({
      where: { accountId_policyId: { accountId, policyId } },
      data: { defaultVersionNumber: versionNumber, updatedAt: request.receivedAt },
    });
  }

  /** @throws ApiError NoSuchEntity, DeleteConflict for the default version */
  async delete(tx: Transaction, policy: ManagedPolicy, versionId: string): Promise<void> {
    const { versionNumber } = await this.require(tx, policy, versionId);
    const { accountId, policyId } = policy;
    if (versionNumber === policy.defaultVersionNumber) {
      throw new ApiError('DeleteConflict', 'Cannot delete the default version of a policy.');
    }
    await tx.managedPolicyVersion.delete({
      where: { accountId_policyId_versionNumber: { accountId, policyId, versionNumber } },
    });
  }

  private async require(tx: Transaction, policy: AnyPolicy, versionId: string): Promise<VersionRow> {
    // The maximum of the column; AWS's pattern allows suffixes that no version has.
    const [, digits] = /^v(\d{1,9})$/.exec(versionId) ?? [];
    const where = { versionNumber: Number(digits ?? 0) };
    const [found] = await this.versionsOf(tx, policy, { where, take: 1 });
    if (found) return found;
    throw new ApiError('NoSuchEntity', missingVersion(policyArnOf(policy, this.settings.partition), versionId));
  }

  private versionsOf(tx: Transaction, policy: AnyPolicy, query: VersionQuery): Promise<VersionRow[]> {
    const { policyId } = policy;
    const { where, ...others } = query;
    return isOwn(policy)
      ? tx.managedPolicyVersion.findMany({ where: { accountId: policy.accountId, policyId, ...where }, ...others })
      : tx.platformPolicyVersion.findMany({ where: { policyId, ...where }, ...others });
  }
}

/** The common members of the two tables of versions. */
interface VersionQuery {
  readonly where: { readonly versionNumber?: number | { readonly lt: number } };
  readonly orderBy?: { readonly versionNumber: 'desc' };
  readonly take: number;
}

function describe({ versionNumber, createdAt }: VersionRow, isDefaultVersion: boolean): Version {
  return { versionId: `v${versionNumber}`, isDefaultVersion, createDate: createdAt };
}
