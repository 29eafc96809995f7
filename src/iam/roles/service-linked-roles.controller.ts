import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { LocateScope } from '../../access/actions/action.js';
import type { OperationContext } from '../../operations/declaration.js';
import type { Target } from '../../access/actions/target.js';
import { Operation } from '../../operations/operation.decorator.js';
import { iamArn } from '../../kernel/arn.js';
import type { RoleDeletionTask } from '../../generated/prisma/client.js';
import { locateIdentity, newIdentity } from '../resources/identity.target.js';
import { createdRoleOutput } from './roles.schema.js';
import {
  createServiceLinkedRoleInput,
  deleteServiceLinkedRoleInput,
  deletionStatusInput,
  deletionStatusOutput,
  deletionTaskOutput,
} from './service-linked-roles.schema.js';
import { serviceLinkedName, serviceLinkedPath } from './service-linked-names.js';
import { ServiceLinkedRolesService } from './service-linked-roles.service.js';
import type { RoleRow } from '../resources/identity-rows.js';

/** Source: IAM API reference, CreateServiceLinkedRole, DeleteServiceLinkedRole, GetServiceLinkedRoleDeletionStatus. */
@Controller()
export class ServiceLinkedRolesController {
  constructor(private readonly roles: ServiceLinkedRolesService) {}

  @Operation({
    name: 'iam:CreateServiceLinkedRole',
    summary: 'Create a service-linked role',
    description:
      'The trust policy of the role names the service. Its permissions are the platform-managed policy ' +
      'of the same name under /aws-service-role/, if there is one.',
    route: 'POST /v1/service-linked-roles',
    status: 201,
    accessLevel: 'Write',
    input: createServiceLinkedRoleInput,
    output: createdRoleOutput,
    locate: async ({ input, ...scope }) => {
      const { awsServiceName, customSuffix } = input;
      const name = await serviceLinkedName(scope.tx, awsServiceName, customSuffix);
      return newIdentity(scope, 'role', serviceLinkedPath(awsServiceName), name);
    },
    conditionKeys: { 'iam:AWSServiceName': ({ input }) => input.awsServiceName },
    errors: ['InvalidInput', 'LimitExceeded'],
    effect: 'changes',
  })
  async createServiceLinkedRole(input: z.output<typeof createServiceLinkedRoleInput>, context: OperationContext) {
    return { role: await this.roles.create(context, input) };
  }

  @Operation({
    name: 'iam:DeleteServiceLinkedRole',
    summary: 'Delete a service-linked role',
    description: 'Returns a task that reports whether the role was deleted, or what still uses it.',
    route: 'DELETE /v1/service-linked-roles/:roleName',
    status: 202,
    accessLevel: 'Write',
    input: deleteServiceLinkedRoleInput,
    output: deletionTaskOutput,
    locate: ({ input, ...scope }) => locateIdentity(scope, 'role', input.roleName),
    conditionKeys: {
      'iam:AWSServiceName': (_scope, target) => ('row' in target ? target.row.path.split('/')[2] : undefined),
    },
    errors: ['NoSuchEntity'],
  })
  async deleteServiceLinkedRole(
    _input: z.output<typeof deleteServiceLinkedRoleInput>,
    context: OperationContext<RoleRow>,
  ) {
    return { deletionTaskId: await this.roles.delete(context) };
  }

  @Operation({
    name: 'iam:GetServiceLinkedRoleDeletionStatus',
    summary: 'Get the status of the deletion of a service-linked role',
    route: 'GET /v1/service-linked-role-deletions',
    accessLevel: 'Read',
    input: deletionStatusInput,
    output: deletionStatusOutput,
    locate: ({ input, ...scope }) => locateTask(scope, input.deletionTaskId),
    errors: ['NoSuchEntity'],
  })
  getServiceLinkedRoleDeletionStatus(
    _input: z.output<typeof deletionStatusInput>,
    { target }: OperationContext<RoleDeletionTask>,
  ) {
    return Promise.resolve(this.roles.describeDeletion(target));
  }
}

/** Authorized on the role to be deleted, whose path and name are part of the task ID. */
async function locateTask(
  { tx, accountId, partition }: Omit<LocateScope<unknown>, 'input'>,
  taskId: string,
): Promise<Target<RoleDeletionTask>> {
  const [, path, name] = /^task(\/.+\/)([^/]+)\/[^/]+$/.exec(taskId) ?? [];
  const arn = path && name ? iamArn(partition, accountId, 'role', path, name) : '*';
  const row = await tx.roleDeletionTask.findUnique({ where: { accountId_taskId: { accountId, taskId } } });
  return row ? { arn, row } : { arn, missing: `Deletion task ${taskId} cannot be found.` };
}
