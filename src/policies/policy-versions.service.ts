import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../access/operations/operation.js';
import { ApiError } from '../common/errors.js';
import { page, pageRequest } from '../common/paging.js';
import { quotas } from '../common/quotas.js';
import type { Transaction } from '../database/database.service.js';
import type { ManagedPolicy, ManagedPolicyVersion } from '../generated/prisma/client.js';
import type { createPolicyVersionInput, listPolicyVersionsInput, policyVersion } from './policies.schema.js';
import { managedPolicyRules } from './policies.service.js';
import { checkPolicyDocument, encodeDocument } from './policy-documents.js';

type Version = z.input<typeof policyVersion>;

/** The up to five versions of a managed policy, one of which is in force. */
@Injectable()
export class PolicyVersionsService {
  /** @throws ApiError LimitExceeded, MalformedPolicyDocument */
  async create(
    { tx, partition, target: policy }: OperationContext<ManagedPolicy>,
    { policyDocument, setAsDefault }: z.output<typeof createPolicyVersionInput>,
  ): Promise<Version> {
    checkPolicyDocument(policyDocument, 'identity', managedPolicyRules(partition));
    const { accountId, policyId, nextVersionNumber: versionNumber } = policy;
    if ((await tx.managedPolicyVersion.count({ where: { accountId, policyId } })) >= quotas.versionsPerPolicy) {
      const message = `A managed policy can have up to ${quotas.versionsPerPolicy} versions. Before you create a new version, you must delete an existing version.`;
      throw new ApiError('LimitExceeded', message);
    }
    const created = await tx.managedPolicyVersion.create({
      data: { accountId, policyId, versionNumber, document: policyDocument },
    });
    await tx.managedPolicy.update({
      where: { accountId_policyId: { accountId, policyId } },
      data: {
        nextVersionNumber: versionNumber + 1,
        updatedAt: new Date(),
        ...(setAsDefault ? { defaultVersionNumber: versionNumber } : {}),
      },
    });
    return describe(created, setAsDefault);
  }

  /** @throws ApiError NoSuchEntity */
  async get(tx: Transaction, policy: ManagedPolicy, versionId: string): Promise<Version> {
    const found = await this.require(tx, policy, versionId);
    const described = describe(found, found.versionNumber === policy.defaultVersionNumber);
    return { ...described, document: encodeDocument(found.document) };
  }

  /** Newest first. */
  async list(tx: Transaction, policy: ManagedPolicy, input: z.output<typeof listPolicyVersionsInput>) {
    const { accountId, policyId, defaultVersionNumber } = policy;
    const request = pageRequest(input);
    const rows = await tx.managedPolicyVersion.findMany({
      where: { accountId, policyId, ...(request.after ? { versionNumber: { lt: Number(request.after[0]) } } : {}) },
      orderBy: { versionNumber: 'desc' },
      take: request.take,
    });
    const { items, ...paging } = page(rows, request, ({ versionNumber }) => [String(versionNumber)]);
    return { versions: items.map((item) => describe(item, item.versionNumber === defaultVersionNumber)), ...paging };
  }

  /** @throws ApiError NoSuchEntity */
  async setDefault(tx: Transaction, policy: ManagedPolicy, versionId: string): Promise<void> {
    const { versionNumber } = await this.require(tx, policy, versionId);
    const { accountId, policyId } = policy;
    await tx.managedPolicy.update({
      where: { accountId_policyId: { accountId, policyId } },
      data: { defaultVersionNumber: versionNumber, updatedAt: new Date() },
    });
  }

  /** @throws ApiError NoSuchEntity, DeleteConflict for the default version */
  async delete(tx: Transaction, policy: ManagedPolicy, versionId: string): Promise<void> {
    const { accountId, policyId, versionNumber } = await this.require(tx, policy, versionId);
    if (versionNumber === policy.defaultVersionNumber) {
      throw new ApiError('DeleteConflict', 'Cannot delete the default version of a policy.');
    }
    await tx.managedPolicyVersion.delete({
      where: { accountId_policyId_versionNumber: { accountId, policyId, versionNumber } },
    });
  }

  private async require(tx: Transaction, policy: ManagedPolicy, versionId: string): Promise<ManagedPolicyVersion> {
    const { accountId, policyId } = policy;
    const versionNumber = Number(versionId.slice(1));
    const found = await tx.managedPolicyVersion.findUnique({
      where: { accountId_policyId_versionNumber: { accountId, policyId, versionNumber } },
    });
    if (found) return found;
    throw new ApiError('NoSuchEntity', `Policy version ${versionId} does not exist.`);
  }
}

function describe({ versionNumber, createdAt }: ManagedPolicyVersion, isDefaultVersion: boolean): Version {
  return { versionId: `v${versionNumber}`, isDefaultVersion, createDate: createdAt };
}
