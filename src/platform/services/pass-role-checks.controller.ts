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
    summary: 'Ask whether a customer may hand a role to the service that asks',
    description:
      'One answer for all that must hold: the customer, known by its signed request, ARN or access token, may `iam:PassRole` to this very service; the role is of the customer’s account; and the role’s trust policy names the service for the resource.',
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
