import { Controller } from '@nestjs/common';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import { accountOfHandedRole } from './handed-role.js';
import { type CheckPassRole, checkPassRoleInput, checkPassRoleOutput } from './pass-role.schema.js';
import { PassRoleChecks } from './pass-role-checks.service.js';

@Controller()
export class PassRoleChecksController {
  constructor(private readonly checks: PassRoleChecks) {}

  @Operation({
    name: 'gatehouse:CheckPassRole',
    summary: 'Check whether a customer may pass a role to the calling service',
    description:
      'Checks all conditions at once: the customer, identified by its signed request, ARN or access ' +
      'token, has `iam:PassRole` for this service; the role belongs to the customer’s account; and the ' +
      'trust policy of the role names the service for the resource.',
    route: 'POST /v1/pass-role-checks',
    accessLevel: 'Read',
    access: 'service',
    input: checkPassRoleInput,
    output: checkPassRoleOutput,
    account: accountOfHandedRole,
    locate: ({ input }) => ({ arn: (input.roleArn ?? input.instanceProfileArn)!, row: undefined }),
    errors: ['InvalidInput'],
  })
  checkPassRole(input: CheckPassRole, context: OperationContext) {
    return this.checks.check(input, context);
  }
}
