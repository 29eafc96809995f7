import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { iamArn } from '../../kernel/arn.js';
import { ApiError } from '../../kernel/errors/errors.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import type { RoleDeletionTask } from '../../generated/prisma/client.js';
import { IdentitiesService } from '../resources/identities.service.js';
import { isServiceLinked, SERVICE_LINKED_PATH } from '../resources/service-linked.js';
import { attachmentKeys } from '../policies/attachable-policy.js';
import { encodeDocument } from '../policies/policy-documents.js';
import { policyArnOf } from '../policies/policy.target.js';
import { toFullRole } from './roles.service.js';
import { allowsSuffix, serviceLinkedName, serviceLinkedPath, titleOf } from './service-linked-names.js';
import type { createServiceLinkedRoleInput, deletionStatusOutput } from './service-linked-roles.schema.js';
import type { RoleRow } from '../resources/identity-rows.js';

/** Seconds. */
const SESSION_DURATION = 3600;

/** Roles that belong to a service, which defines their trust policy and permissions. */
@Injectable()
export class ServiceLinkedRolesService {
  constructor(private readonly identities: IdentitiesService) {}

  /** @throws ApiError InvalidInput, LimitExceeded */
  async create(
    { tx, accountId, partition }: OperationContext,
    { awsServiceName, customSuffix, description }: z.output<typeof createServiceLinkedRoleInput>,
  ) {
    if (!/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(awsServiceName)) {
      throw new ApiError('InvalidInput', `${awsServiceName} is not the principal of a service.`);
    }
    if (customSuffix !== undefined && !allowsSuffix(awsServiceName)) {
      throw new ApiError('InvalidInput', `Custom suffix is not allowed for ${awsServiceName}`);
    }
    const name = await serviceLinkedName(tx, awsServiceName, customSuffix);
    if (name.length > 64) throw new ApiError('InvalidInput', `The role name ${name} has more than 64 characters.`);
    const nameKey = name.toLowerCase();
    if ((await tx.identity.count({ where: { accountId, type: 'role', nameKey } })) > 0) {
      const message = `Service role name ${name} has been taken in this account, please try a different suffix.`;
      throw new ApiError('InvalidInput', message);
    }
    const created = await this.identities.create(tx, accountId, 'role', {
      name,
      path: serviceLinkedPath(awsServiceName),
      role: {
        trustPolicy: trustOf(awsServiceName, 'sts:AssumeRole'),
        trustedIds: {},
        description: description ?? null,
        maxSessionDurationSeconds: SESSION_DURATION,
      },
    });
    await attachServicePolicy(tx, created, awsServiceName, partition);
    // AWS returns lists here, but plain strings in GetRole and later.
    const shown = trustOf([awsServiceName], ['sts:AssumeRole']);
    return { ...toFullRole(created, partition), assumeRolePolicyDocument: encodeDocument(shown) };
  }

  /**
   * Deletes the role immediately unless something uses it; the task reports the result in both cases.
   *
   * @returns the ID of the deletion task
   * @throws ApiError NoSuchEntity if the role is not linked to a service
   */
  async delete({ tx, accountId, partition, target: role }: OperationContext<RoleRow>): Promise<string> {
    if (!isServiceLinked(role)) {
      throw new ApiError('NoSuchEntity', `The role with name ${role.name} is not a service-linked role.`);
    }
    const taskId = `task${role.path}${role.name}/${randomUUID()}`;
    const profiles = await tx.instanceProfile.findMany({ where: { accountId, roleId: role.identityId } });
    const usedBy = profiles.map(({ path, name }) => iamArn(partition, accountId, 'instance-profile', path, name));
    if (usedBy.length > 0) {
      const reason = 'The role is in an instance profile. Remove it from all instance profiles first.';
      await tx.roleDeletionTask.create({ data: { accountId, taskId, status: 'FAILED', reason, usedBy } });
      return taskId;
    }
    await tx.policyAttachment.deleteMany({ where: { accountId, identityId: role.identityId } });
    await this.identities.delete(tx, role);
    await tx.roleDeletionTask.create({ data: { accountId, taskId, status: 'SUCCEEDED' } });
    return taskId;
  }

  describeDeletion({ status, reason, usedBy }: RoleDeletionTask): z.input<typeof deletionStatusOutput> {
    return {
      status: status as 'SUCCEEDED' | 'FAILED',
      ...(reason === null ? {} : { reason: { reason, roleUsageList: [{ region: 'us-east-1', resources: usedBy }] } }),
    };
  }
}

function trustOf(service: string | readonly string[], action: string | readonly string[]): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: action }],
  });
}

/**
 * The permissions of the service: the platform-managed policy `OrdersServiceRolePolicy` under /aws-service-role/, which
 * only the operator can create and nobody can attach to another role. Without the policy, the role has no permissions.
 */
async function attachServicePolicy(
  tx: Transaction,
  { accountId, identityId }: RoleRow,
  serviceName: string,
  partition: string,
): Promise<void> {
  const nameKey = `${titleOf(serviceName)}ServiceRolePolicy`.toLowerCase();
  const policy = await tx.platformPolicy.findUnique({ where: { nameKey } });
  if (policy?.path !== SERVICE_LINKED_PATH) return;
  const policyArn = policyArnOf(policy, partition);
  await tx.policyAttachment.create({ data: { accountId, identityId, policyArn, ...attachmentKeys(policy) } });
}
