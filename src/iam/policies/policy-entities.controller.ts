import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import { listEntitiesForPolicyInput, listEntitiesForPolicyOutput } from './policy-entities.schema.js';
import { PolicyEntitiesService } from './policy-entities.service.js';
import { type AnyPolicy, locatePolicy } from './policy.target.js';

@Controller()
export class PolicyEntitiesController {
  constructor(private readonly entities: PolicyEntitiesService) {}

  @Operation({
    name: 'iam:ListEntitiesForPolicy',
    summary: 'List the users, groups and roles that use a managed policy, attached or as a permissions boundary',
    route: 'GET /v1/policies/entities',
    accessLevel: 'List',
    input: listEntitiesForPolicyInput,
    output: listEntitiesForPolicyOutput,
    locate: async ({ input: { policyArn }, ...scope }) => {
      const target = await locatePolicy(scope, policyArn);
      if ('row' in target) return target;
      return { ...target, missing: `Policy ${policyArn} does not exist or is not attachable.` };
    },
    errors: ['NoSuchEntity', 'InvalidInput'],
  })
  listEntitiesForPolicy(input: z.output<typeof listEntitiesForPolicyInput>, context: OperationContext<AnyPolicy>) {
    return this.entities.list(context, input);
  }
}
