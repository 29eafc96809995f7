import { Controller, type Type } from '@nestjs/common';
import { z } from 'zod';
import type { LocateScope } from '../../access/actions/action.js';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import { arn, roleName, userName } from '../../kernel/iam-names.schema.js';
import type { Identity } from '../../generated/prisma/client.js';
import { locateIdentity } from '../resources/identity.target.js';
import { ofTarget, requested } from './boundary-conditions.js';
import { BoundariesService } from './boundaries.service.js';
import { inputOf } from '../../kernel/named-input.js';

/** The differences between boundaries of users and roles: names, and that some roles cannot be changed. */
const kinds = {
  user: { title: 'User', member: 'userName', name: userName, route: '/v1/users/:userName', protects: [] },
  role: {
    title: 'Role',
    member: 'roleName',
    name: roleName,
    route: '/v1/roles/:roleName',
    protects: ['UnmodifiableEntity'],
  },
} as const;

/** `Put…PermissionsBoundary` and `Delete…PermissionsBoundary` of one kind of identity. Source: IAM API reference. */
export function boundariesController(type: 'user' | 'role'): Type {
  const { title, member, name, route, protects } = kinds[type];
  const putInput = inputOf(member, name, { permissionsBoundary: arn });
  const deleteInput = z.strictObject({ [member]: name });
  const located = {
    locate: ({ input, ...scope }: LocateScope<Record<string, unknown>>) =>
      locateIdentity(scope, type, input[member] as string),
  };

  @Controller()
  class BoundariesController {
    constructor(private readonly boundaries: BoundariesService) {}

    @Operation({
      name: `iam:Put${title}PermissionsBoundary`,
      summary: `Set the permissions boundary of a ${type}`,
      description:
        'A permissions boundary is a managed policy of the account or of the platform that limits what ' +
        'other policies can allow.',
      route: `PUT ${route}/permissions-boundary`,
      accessLevel: 'Permissions management',
      input: putInput,
      ...located,
      conditionKeys: requested,
      errors: ['NoSuchEntity', 'InvalidInput', 'PolicyNotAttachable', ...protects],
    })
    async put({ permissionsBoundary }: { permissionsBoundary: string }, context: OperationContext<Identity>) {
      await this.boundaries.put(context, permissionsBoundary);
    }

    @Operation({
      name: `iam:Delete${title}PermissionsBoundary`,
      summary: `Remove the permissions boundary of a ${type}`,
      description: 'Policies may allow more afterwards, because the boundary no longer limits them.',
      route: `DELETE ${route}/permissions-boundary`,
      accessLevel: 'Permissions management',
      input: deleteInput,
      ...located,
      conditionKeys: ofTarget,
      errors: ['NoSuchEntity', ...protects],
    })
    async delete(_input: object, context: OperationContext<Identity>) {
      await this.boundaries.delete(context);
    }
  }

  Object.defineProperty(BoundariesController, 'name', { value: `${title}BoundariesController` });
  return BoundariesController;
}
