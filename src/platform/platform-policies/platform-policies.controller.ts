import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { LocateScope } from '../../access/actions/action.js';
import type { OperationContext } from '../../operations/declaration.js';
import type { Target } from '../../access/actions/target.js';
import { Operation } from '../../operations/operation.decorator.js';
import type { PlatformPolicy } from '../../generated/prisma/client.js';
import { locatePlatformPolicy, PLATFORM_OWNER, platformPolicyArn } from '../../iam/policies/policy.target.js';
import {
  deletePlatformPolicyInput,
  putPlatformPolicyInput,
  putPlatformPolicyOutput,
} from './platform-policies.schema.js';
import { PlatformPoliciesService } from './platform-policies.service.js';

/**
 * The operator's operations on platform-managed policies. They belong to the platform: policies of the management
 * account control who may call them; callers of other accounts never may.
 */
@Controller()
export class PlatformPoliciesController {
  constructor(private readonly platformPolicies: PlatformPoliciesService) {}

  @Operation({
    name: 'gatehouse:PutPlatformPolicy',
    summary: 'Create a platform-managed policy, or replace its default version',
    description:
      'For the management account. The change takes effect immediately in every account that uses the ' +
      'policy. Releases of Gatehouse no longer update a built-in policy that was changed in this way, ' +
      'until it is deleted.',
    route: 'PUT /v1/platform-policies/:policyName',
    accessLevel: 'Permissions management',
    input: putPlatformPolicyInput,
    output: putPlatformPolicyOutput,
    locate: async ({ input, ...scope }) => {
      const nameKey = input.policyName.toLowerCase();
      const row = (await scope.tx.platformPolicy.findUnique({ where: { nameKey } })) ?? undefined;
      const named = row ?? { path: input.path ?? '/', name: input.policyName };
      return ownedByOperator(scope, { arn: platformPolicyArn(named, scope.partition), row });
    },
    errors: ['InvalidInput', 'LimitExceeded', 'MalformedPolicyDocument'],
    effect: 'changes',
  })
  async putPlatformPolicy(
    input: z.output<typeof putPlatformPolicyInput>,
    context: OperationContext<PlatformPolicy | undefined>,
  ) {
    return { policy: await this.platformPolicies.put(context, input) };
  }

  @Operation({
    name: 'gatehouse:DeletePlatformPolicy',
    summary: 'Delete a platform-managed policy',
    description:
      'For the management account. A policy that no account uses is deleted. A built-in policy is ' +
      'reset to its original version.',
    route: 'DELETE /v1/platform-policies',
    accessLevel: 'Permissions management',
    input: deletePlatformPolicyInput,
    locate: async ({ input, ...scope }) => ownedByOperator(scope, await locatePlatformPolicy(scope, input.policyArn)),
    errors: ['NoSuchEntity', 'DeleteConflict', 'InvalidInput'],
    effect: 'changes',
  })
  async deletePlatformPolicy(
    _input: z.output<typeof deletePlatformPolicyInput>,
    { tx, target }: OperationContext<PlatformPolicy>,
  ) {
    await this.platformPolicies.delete(tx, target);
  }
}

function ownedByOperator<Row>({ caller }: Pick<LocateScope<unknown>, 'caller'>, target: Target<Row>): Target<Row> {
  return caller.isManagement ? target : { ...target, ownerId: PLATFORM_OWNER };
}
