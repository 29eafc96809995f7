import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import { iamArn } from '../../kernel/arn.js';
import type { ManagedPolicy } from '../../generated/prisma/client.js';
import {
  createPolicyInput,
  createPolicyVersionInput,
  listPoliciesInput,
  listPoliciesOutput,
  listPolicyVersionsInput,
  listPolicyVersionsOutput,
  policyArnInput,
  policyOutput,
  policyVersionInput,
  policyVersionOutput,
} from './policies.schema.js';
import { PoliciesService } from './policies.service.js';
import { PolicyVersionsService } from './policy-versions.service.js';
import { type AnyPolicy, locateOwnPolicy, locatePolicy, locateVersion } from './policy.target.js';

const locateForDeletion: typeof locateOwnPolicy = (scope, policyArn) =>
  locateOwnPolicy(scope, policyArn, 'Cannot delete policy versions for policies outside your own account.');

/** Source: IAM API reference, the operations on managed policies and their versions. */
@Controller()
export class PoliciesController {
  constructor(
    private readonly policies: PoliciesService,
    private readonly versions: PolicyVersionsService,
  ) {}

  @Operation({
    name: 'iam:CreatePolicy',
    summary: 'Create a managed policy',
    route: 'POST /v1/policies',
    status: 201,
    accessLevel: 'Permissions management',
    input: createPolicyInput,
    output: policyOutput,
    locate: ({ accountId, partition, input }) => ({
      arn: iamArn(partition, accountId, 'policy', input.path ?? '/', input.policyName),
      row: undefined,
    }),
    tagPermission: 'iam:TagPolicy',
    errors: ['EntityAlreadyExists', 'InvalidInput', 'LimitExceeded', 'MalformedPolicyDocument'],
    effect: 'changes',
  })
  async createPolicy(input: z.output<typeof createPolicyInput>, context: OperationContext) {
    return { policy: await this.policies.create(context, input) };
  }

  @Operation({
    name: 'iam:GetPolicy',
    summary: 'Get a managed policy',
    route: 'GET /v1/policies/one',
    accessLevel: 'Read',
    input: policyArnInput,
    output: policyOutput,
    locate: ({ input, ...scope }) => locatePolicy(scope, input.policyArn),
    errors: ['NoSuchEntity', 'InvalidInput'],
  })
  async getPolicy(_input: z.output<typeof policyArnInput>, context: OperationContext<AnyPolicy>) {
    return { policy: await this.policies.get(context) };
  }

  @Operation({
    name: 'iam:ListPolicies',
    summary: 'List managed policies',
    route: 'GET /v1/policies',
    accessLevel: 'List',
    input: listPoliciesInput,
    output: listPoliciesOutput,
    errors: [],
  })
  listPolicies(input: z.output<typeof listPoliciesInput>, context: OperationContext) {
    return this.policies.list(context, input);
  }

  @Operation({
    name: 'iam:DeletePolicy',
    summary: 'Delete a managed policy',
    description: 'The policy must not be attached to anything, and must have no version except the default version.',
    route: 'DELETE /v1/policies',
    accessLevel: 'Permissions management',
    input: policyArnInput,
    locate: ({ input, ...scope }) =>
      locateOwnPolicy(scope, input.policyArn, 'Cannot delete policies outside your own account.'),
    errors: ['NoSuchEntity', 'DeleteConflict', 'InvalidInput'],
    effect: 'changes',
  })
  async deletePolicy(_input: z.output<typeof policyArnInput>, { tx, target }: OperationContext<ManagedPolicy>) {
    await this.policies.delete(tx, target);
  }

  @Operation({
    name: 'iam:CreatePolicyVersion',
    summary: 'Add a version to a managed policy',
    route: 'POST /v1/policies/versions',
    status: 201,
    accessLevel: 'Permissions management',
    input: createPolicyVersionInput,
    output: policyVersionOutput,
    locate: ({ input, ...scope }) => locateOwnPolicy(scope, input.policyArn),
    errors: ['NoSuchEntity', 'LimitExceeded', 'MalformedPolicyDocument', 'InvalidInput'],
  })
  async createPolicyVersion(
    input: z.output<typeof createPolicyVersionInput>,
    context: OperationContext<ManagedPolicy>,
  ) {
    return { policyVersion: await this.versions.create(context, input) };
  }

  @Operation({
    name: 'iam:GetPolicyVersion',
    summary: 'Get a version of a managed policy with its document',
    route: 'GET /v1/policies/versions/:versionId',
    accessLevel: 'Read',
    input: policyVersionInput,
    output: policyVersionOutput,
    locate: (scope) => locateVersion(locatePolicy, scope),
    errors: ['NoSuchEntity', 'InvalidInput'],
  })
  async getPolicyVersion(
    { versionId }: z.output<typeof policyVersionInput>,
    { tx, target }: OperationContext<AnyPolicy>,
  ) {
    return { policyVersion: await this.versions.get(tx, target, versionId) };
  }

  @Operation({
    name: 'iam:ListPolicyVersions',
    summary: 'List the versions of a managed policy',
    route: 'GET /v1/policies/versions',
    accessLevel: 'List',
    input: listPolicyVersionsInput,
    output: listPolicyVersionsOutput,
    locate: ({ input, ...scope }) => locatePolicy(scope, input.policyArn),
    errors: ['NoSuchEntity', 'InvalidInput'],
  })
  listPolicyVersions(input: z.output<typeof listPolicyVersionsInput>, { tx, target }: OperationContext<AnyPolicy>) {
    return this.versions.list(tx, target, input);
  }

  @Operation({
    name: 'iam:SetDefaultPolicyVersion',
    summary: 'Set the default version of a managed policy',
    route: 'PUT /v1/policies/default-version',
    accessLevel: 'Permissions management',
    input: policyVersionInput,
    locate: (scope) => locateVersion(locateOwnPolicy, scope),
    errors: ['NoSuchEntity', 'InvalidInput'],
  })
  async setDefaultPolicyVersion(
    { versionId }: z.output<typeof policyVersionInput>,
    context: OperationContext<ManagedPolicy>,
  ) {
    await this.versions.setDefault(context, versionId);
  }

  @Operation({
    name: 'iam:DeletePolicyVersion',
    summary: 'Delete a version of a managed policy that is not the default version',
    route: 'DELETE /v1/policies/versions/:versionId',
    accessLevel: 'Permissions management',
    input: policyVersionInput,
    locate: (scope) => locateVersion(locateForDeletion, scope),
    errors: ['NoSuchEntity', 'DeleteConflict', 'InvalidInput'],
    effect: 'changes',
  })
  async deletePolicyVersion(
    { versionId }: z.output<typeof policyVersionInput>,
    { tx, target }: OperationContext<ManagedPolicy>,
  ) {
    await this.versions.delete(tx, target, versionId);
  }
}
