import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import type { ResourcePolicy } from '../../generated/prisma/client.js';
import {
  listResourcePoliciesInput,
  listResourcePoliciesOutput,
  putResourcePolicyInput,
  resourcePolicyInput,
  resourcePolicyOutput,
} from './resource-policies.schema.js';
import { ResourcePoliciesService } from './resource-policies.service.js';
import { accountOfResource, listTarget, locateResource, locateResourcePolicy } from './resource-policy.target.js';

/** Resource policies, which decisions use if the question contains none. */
@Controller()
export class ResourcePoliciesController {
  constructor(private readonly policies: ResourcePoliciesService) {}

  @Operation({
    name: 'gatehouse:PutResourcePolicy',
    summary: 'Create or replace the policy of a resource',
    description:
      'Permissions are decided on the ARN of the resource. The management account and services may ' +
      'call it for every account, services only for their own resources. Users and roles that the ' +
      'policy names are stored by their unique IDs, so the policy does not apply to others that are ' +
      'created later with the same names.',
    route: 'PUT /v1/resource-policies/:resourceArn',
    accessLevel: 'Permissions management',
    account: accountOfResource,
    input: putResourcePolicyInput,
    output: resourcePolicyOutput,
    locate: locateResource,
    errors: ['InvalidInput', 'LimitExceeded', 'MalformedPolicyDocument', 'NoSuchEntity'],
  })
  async putResourcePolicy(
    input: z.output<typeof putResourcePolicyInput>,
    context: OperationContext<ResourcePolicy | undefined>,
  ) {
    return { resourcePolicy: await this.policies.put(context, input) };
  }

  @Operation({
    name: 'gatehouse:GetResourcePolicy',
    summary: 'Get the policy of a resource',
    route: 'GET /v1/resource-policies/:resourceArn',
    accessLevel: 'Read',
    account: accountOfResource,
    input: resourcePolicyInput,
    output: resourcePolicyOutput,
    locate: locateResourcePolicy,
    errors: ['InvalidInput', 'NoSuchEntity'],
  })
  async getResourcePolicy(_input: z.output<typeof resourcePolicyInput>, context: OperationContext<ResourcePolicy>) {
    return { resourcePolicy: await this.policies.describe(context) };
  }

  @Operation({
    name: 'gatehouse:ListResourcePolicies',
    summary: 'List the resources that have a policy',
    route: 'GET /v1/resource-policies',
    accessLevel: 'List',
    account: ({ accountId }, caller) => (caller.isManagement && accountId ? accountId : caller.accountId),
    input: listResourcePoliciesInput,
    output: listResourcePoliciesOutput,
    locate: listTarget,
    errors: [],
  })
  listResourcePolicies(input: z.output<typeof listResourcePoliciesInput>, context: OperationContext) {
    return this.policies.list(context, input);
  }

  @Operation({
    name: 'gatehouse:DeleteResourcePolicy',
    summary: 'Delete the policy of a resource',
    route: 'DELETE /v1/resource-policies/:resourceArn',
    accessLevel: 'Permissions management',
    account: accountOfResource,
    input: resourcePolicyInput,
    locate: locateResourcePolicy,
    errors: ['InvalidInput', 'NoSuchEntity'],
  })
  async deleteResourcePolicy(
    { resourceArn }: z.output<typeof resourcePolicyInput>,
    { tx, accountId }: OperationContext<ResourcePolicy>,
  ) {
    await tx.resourcePolicy.delete({ where: { accountId_resourceArn: { accountId, resourceArn } } });
  }
}
