import { Controller } from '@nestjs/common';
import { z } from 'zod';
import type { LocateScope } from '../../access/actions/action.js';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import { locateIdentity, newIdentity } from '../resources/identity.target.js';
import { requested } from '../policies/boundary-conditions.js';
import {
  briefRoleOutput,
  createdRoleOutput,
  createRoleInput,
  listRolesInput,
  listRolesOutput,
  roleNameInput,
  roleOutput,
  updateRoleDescriptionInput,
  updateRoleInput,
  updateTrustPolicyInput,
} from './roles.schema.js';
import { RolesService } from './roles.service.js';
import type { RoleRow } from '../resources/identity-rows.js';

const onRole = {
  locate: ({ input, ...scope }: LocateScope<{ roleName: string }>) => locateIdentity(scope, 'role', input.roleName),
};

/** Source: IAM API reference, the operations on roles. */
@Controller()
export class RolesController {
  constructor(private readonly roles: RolesService) {}

  @Operation({
    name: 'iam:CreateRole',
    summary: 'Create a role',
    route: 'POST /v1/roles',
    status: 201,
    accessLevel: 'Write',
    input: createRoleInput,
    output: createdRoleOutput,
    locate: (scope) => newIdentity(scope, 'role', scope.input.path, scope.input.roleName),
    conditionKeys: requested,
    tagPermission: 'iam:TagRole',
    errors: [
      'EntityAlreadyExists',
      'LimitExceeded',
      'MalformedPolicyDocument',
      'InvalidInput',
      'NoSuchEntity',
      'PolicyNotAttachable',
    ],
    effect: 'changes',
  })
  async createRole(input: z.output<typeof createRoleInput>, context: OperationContext) {
    return { role: await this.roles.create(context, input) };
  }

  @Operation({
    name: 'iam:GetRole',
    summary: 'Get a role',
    route: 'GET /v1/roles/:roleName',
    accessLevel: 'Read',
    input: roleNameInput,
    output: roleOutput,
    ...onRole,
    errors: ['NoSuchEntity'],
    effect: 'readsRemembered',
  })
  async getRole(_input: z.output<typeof roleNameInput>, context: OperationContext<RoleRow>) {
    return { role: await this.roles.describe(context) };
  }

  @Operation({
    name: 'iam:ListRoles',
    summary: 'List roles',
    description: 'The response omits permissions boundaries, tags and last use; GetRole returns them.',
    route: 'GET /v1/roles',
    accessLevel: 'List',
    input: listRolesInput,
    output: listRolesOutput,
    locate: ({ accountId, partition, input }) => ({
      arn: `arn:${partition}:iam::${accountId}:role${input.pathPrefix ?? '/'}`,
      row: undefined,
    }),
    errors: [],
  })
  listRoles(input: z.output<typeof listRolesInput>, context: OperationContext) {
    return this.roles.list(context, input);
  }

  @Operation({
    name: 'iam:UpdateRole',
    summary: 'Change the description or the maximum session duration of a role',
    description: 'Members that are omitted do not change.',
    route: 'PATCH /v1/roles/:roleName',
    accessLevel: 'Write',
    input: updateRoleInput,
    output: z.object({}),
    ...onRole,
    errors: ['NoSuchEntity', 'UnmodifiableEntity'],
  })
  async updateRole(input: z.output<typeof updateRoleInput>, { tx, target }: OperationContext<RoleRow>) {
    await this.roles.update(tx, target, input);
    return {};
  }

  @Operation({
    name: 'iam:UpdateRoleDescription',
    summary: 'Change the description of a role',
    route: 'PUT /v1/roles/:roleName/description',
    accessLevel: 'Write',
    input: updateRoleDescriptionInput,
    output: briefRoleOutput,
    ...onRole,
    errors: ['NoSuchEntity'],
  })
  async updateRoleDescription(
    { description }: z.output<typeof updateRoleDescriptionInput>,
    context: OperationContext<RoleRow>,
  ) {
    const changed = await this.roles.setDescription(context.tx, context.target, description);
    return { role: await this.roles.describe(context, changed) };
  }

  @Operation({
    name: 'iam:UpdateAssumeRolePolicy',
    summary: 'Replace the trust policy of a role',
    route: 'PUT /v1/roles/:roleName/trust-policy',
    accessLevel: 'Permissions management',
    input: updateTrustPolicyInput,
    ...onRole,
    errors: ['NoSuchEntity', 'MalformedPolicyDocument', 'LimitExceeded', 'UnmodifiableEntity'],
  })
  async updateAssumeRolePolicy(
    { policyDocument }: z.output<typeof updateTrustPolicyInput>,
    context: OperationContext<RoleRow>,
  ) {
    await this.roles.setTrustPolicy(context, policyDocument);
  }

  @Operation({
    name: 'iam:DeleteRole',
    summary: 'Delete a role',
    description: 'Remove the role from all instance profiles, and remove its policies, first.',
    route: 'DELETE /v1/roles/:roleName',
    accessLevel: 'Write',
    input: roleNameInput,
    ...onRole,
    errors: ['NoSuchEntity', 'DeleteConflict', 'UnmodifiableEntity'],
  })
  async deleteRole(_input: z.output<typeof roleNameInput>, { tx, target }: OperationContext<RoleRow>) {
    await this.roles.delete(tx, target);
  }
}
