import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../../operations/declaration.js';
import { servicePrefixOf } from '../../../access/principals/service-caller.js';
import { parseArn } from '../../../kernel/arn.js';
import { ApiError } from '../../../kernel/errors/errors.js';
import { page, pageRequest, type PagingInput } from '../../../kernel/paging/paging.js';
import { quotas, requireBelowQuota } from '../../../kernel/quotas.js';
import type { Transaction } from '../../../kernel/database/database.service.js';
import type { Workload } from '../../../generated/prisma/client.js';
import { identityArn } from '../../../iam/resources/identity.target.js';
import { instanceProfileArn } from '../../../iam/instance-profiles/instance-profile.target.js';
import { hashRowToken, newRowToken } from '../../../kernel/secrets/row-token.js';
import { isResourceOf } from '../arn-formats.js';
import { findHandedRole } from '../handed-role.js';
import { ServiceTrust } from '../service-trust.service.js';
import {
  type DescribedWorkload,
  type FullWorkload,
  visibleTo,
  withRoleNames,
  withRoles,
  workloadArn,
  workloadSessionName,
} from './workload.target.js';
import type { RegisterWorkload, WorkloadDescription } from './workloads.schema.js';

/** Programs that services run for customers: instances, functions and others, each with a role and its own token. */
@Injectable()
export class WorkloadsService {
  constructor(private readonly trust: ServiceTrust) {}

  /**
   * @throws ApiError AccessDenied if the resource does not belong to the service, the role does not exist, or it does
   *   not trust the service; InvalidInput, LimitExceeded
   */
  async register(context: OperationContext, input: RegisterWorkload) {
    const { tx, accountId, caller, partition, request } = context;
    const { resourceArn, durationSeconds } = input;
    const arn = parseArn(resourceArn);
    if (arn?.accountId !== accountId || arn.partition !== partition) {
      throw new ApiError('InvalidInput', 'resourceArn must be an ARN in the account of the role.');
    }
    const service = await tx.service.findUniqueOrThrow({ where: { prefix: servicePrefixOf(caller)! } });
    if (!isResourceOf(service, resourceArn)) {
      const message =
        `${caller.arn} is not registered for the resource ${resourceArn}: none of its resource types has ` +
        'such an ARN.';
      throw new ApiError('AccessDenied', message);
    }
    const handed = await findHandedRole(context, input);
    const source = { accountId, arn: resourceArn };
    const token = newRowToken(accountId);
    const name = workloadSessionName({ resourceArn, workloadId: token.rowId });
    const denial = handed
      ? this.trust.denial(service, handed.role, source, request, name)
      : `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${input.roleArn ?? input.instanceProfileArn!}`;
    if (!handed || denial !== undefined) throw new ApiError('AccessDenied', denial!);
    if (durationSeconds !== undefined && durationSeconds > handed.role.maxSessionDurationSeconds) {
      throw new ApiError('InvalidInput', 'durationSeconds exceeds the MaxSessionDuration set for this role.');
    }
    requireBelowQuota(
      'WorkloadsPerAccount',
      await tx.workload.count({ where: { accountId } }),
      quotas.workloadsPerAccount,
    );
    const row = await tx.workload.create({
      data: {
        accountId,
        workloadId: token.rowId,
        servicePrefix: service.prefix,
        resourceArn,
        durationSeconds: durationSeconds ?? null,
        tokenHash: hashRowToken(token),
        ...(handed.profile
          ? { instanceProfileId: handed.profile.instanceProfileId }
          : { roleId: handed.role.identityId }),
      },
      include: withRoles,
    });
    return { workload: describeWorkload(row, partition), authorizationToken: token.text };
  }

  /** Ordered by ID. */
  async list({ tx, accountId, caller, partition }: OperationContext, input: PagingInput) {
    const request = pageRequest(input);
    const rows = await tx.workload.findMany({
      where: {
        accountId,
        ...visibleTo(caller),
        ...(request.after ? { workloadId: { gt: request.after[0]! } } : {}),
      },
      orderBy: { workloadId: 'asc' },
      take: request.take,
      include: withRoleNames,
    });
    const { items, ...paging } = page(rows, request, ({ workloadId }) => [workloadId]);
    return { workloads: items.map((item) => describeWorkload(item, partition)), ...paging };
  }

  /** The previous token becomes invalid. */
  async renewToken({ tx, target, partition }: OperationContext<FullWorkload>) {
    const token = newRowToken(target.accountId, target.workloadId);
    await tx.workload.update({ where: key(target), data: { tokenHash: hashRowToken(token) } });
    return { workload: describeWorkload(target, partition), authorizationToken: token.text };
  }

  async deregister(tx: Transaction, target: Workload): Promise<void> {
    await tx.workload.delete({ where: key(target) });
  }
}

export function describeWorkload(row: DescribedWorkload, partition: string): WorkloadDescription {
  const { accountId, workloadId, servicePrefix, resourceArn, durationSeconds, createdAt, instanceProfile } = row;
  const role = row.role ?? instanceProfile?.role;
  return {
    workloadId,
    arn: workloadArn(partition, accountId, workloadId),
    accountId,
    service: servicePrefix,
    resourceArn,
    ...(role ? { roleArn: identityArn(role, partition) } : {}),
    ...(instanceProfile ? { instanceProfileArn: instanceProfileArn(instanceProfile, partition) } : {}),
    ...(durationSeconds === null ? {} : { durationSeconds }),
    createDate: createdAt,
  };
}

function key({ accountId, workloadId }: Workload) {
  return { accountId_workloadId: { accountId, workloadId } };
}
