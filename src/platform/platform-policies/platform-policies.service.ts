import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { newUniqueId } from '../../kernel/unique-ids.js';
import { isForeignKeyViolation } from '../../kernel/database/database-errors.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import { PolicyEpochs } from '../../kernel/database/policy-epochs.js';
import type { PlatformPolicy } from '../../generated/prisma/client.js';
import { describePolicy, platformUsage } from '../../iam/policies/describe-policy.js';
import { checkPolicyDocument, managedPolicyRules } from '../../iam/policies/policy-documents.js';
import type { putPlatformPolicyInput } from './platform-policies.schema.js';
import { PlatformPolicyVersions } from './platform-policy-versions.service.js';

/** The operator's changes of platform-managed policies. Every change raises the platform's policy epoch. */
@Injectable()
export class PlatformPoliciesService {
  constructor(
    private readonly versions: PlatformPolicyVersions,
    private readonly epochs: PolicyEpochs,
  ) {}

  /** @throws ApiError InvalidInput if it has another path, LimitExceeded, MalformedPolicyDocument */
  async put(
    { tx, accountId, partition, target }: OperationContext<PlatformPolicy | undefined>,
    input: z.output<typeof putPlatformPolicyInput>,
  ) {
    checkPolicyDocument(input.policyDocument, 'identity', managedPolicyRules(partition));
    if (target && (target.name !== input.policyName || (input.path ?? target.path) !== target.path)) {
      const message =
        'The policy ' + `${target.path}${target.name} already exists. Its path and the case of its name cannot change.`;
      throw new ApiError('InvalidInput', message);
    }
    const policyId = target?.policyId ?? newUniqueId('ANPA');
    if (target) {
      await this.versions.add(tx, target, {
        document: input.policyDocument,
        shippedRevision: null,
        description: input.description ?? target.description,
      });
    } else {
      await tx.platformPolicy.create({
        data: {
          policyId,
          name: input.policyName,
          nameKey: input.policyName.toLowerCase(),
          path: input.path ?? '/',
          description: input.description ?? '',
          versions: { create: { versionNumber: 1, document: input.policyDocument } },
        },
      });
    }
    await this.epochs.advancePlatform(tx);
    const include = platformUsage(accountId);
    const stored = await tx.platformPolicy.findUniqueOrThrow({ where: { policyId }, include });
    return { ...describePolicy(stored, partition), description: stored.description };
  }

  /** @throws ApiError DeleteConflict while any account uses it, or if the operator has not changed it */
  async delete(tx: Transaction, policy: PlatformPolicy): Promise<void> {
    const { policyId } = policy;
    if (policy.shippedRevision !== null) {
      throw new ApiError('DeleteConflict', 'A built-in policy cannot be deleted.');
    }
    if (!(await this.versions.restoreShipped(tx, policy))) {
      try {
        await tx.platformPolicy.delete({ where: { policyId } });
      } catch (error) {
        // Attachments of other accounts are not visible here, so the constraint detects them.
        if (!isForeignKeyViolation(error)) throw error;
        throw new ApiError('DeleteConflict', 'Cannot delete a policy attached to entities.');
      }
    }
    await this.epochs.advancePlatform(tx);
  }
}
