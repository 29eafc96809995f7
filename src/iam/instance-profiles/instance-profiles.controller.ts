import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { LocateScope } from '../../access/actions/action.js';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import { iamArn } from '../../kernel/arn.js';
import type { Identity } from '../../generated/prisma/client.js';
import { locateIdentity } from '../resources/identity.target.js';
import { type InstanceProfileWithRole, locateInstanceProfile } from './instance-profile.target.js';
import {
  createInstanceProfileInput,
  instanceProfileNameInput,
  instanceProfileOutput,
  listInstanceProfilesForRoleInput,
  listInstanceProfilesInput,
  listInstanceProfilesOutput,
  roleInInstanceProfileInput,
} from './instance-profiles.schema.js';
import { InstanceProfilesService } from './instance-profiles.service.js';

const onProfile = {
  locate: ({ input, ...scope }: LocateScope<{ instanceProfileName: string }>) =>
    locateInstanceProfile(scope, input.instanceProfileName),
};

/** The service to which roles of instance profiles are passed, as AWS names it in `iam:PassedToService`. */
const PASSED_TO_SERVICE = 'ec2.amazonaws.com';

/** Source: IAM API reference, the operations on instance profiles. */
@Controller()
export class InstanceProfilesController {
  constructor(private readonly profiles: InstanceProfilesService) {}

  @Operation({
    name: 'iam:CreateInstanceProfile',
    summary: 'Create an instance profile',
    route: 'POST /v1/instance-profiles',
    status: 201,
    accessLevel: 'Write',
    input: createInstanceProfileInput,
    output: instanceProfileOutput,
    locate: ({ input, accountId, partition }) => ({
      arn: iamArn(partition, accountId, 'instance-profile', input.path ?? '/', input.instanceProfileName),
      row: undefined,
    }),
    tagPermission: 'iam:TagInstanceProfile',
    errors: ['EntityAlreadyExists', 'InvalidInput', 'LimitExceeded'],
    effect: 'changes',
  })
  async createInstanceProfile(input: z.output<typeof createInstanceProfileInput>, context: OperationContext) {
    return { instanceProfile: await this.profiles.create(context, input) };
  }

  @Operation({
    name: 'iam:GetInstanceProfile',
    summary: 'Get an instance profile and its role',
    route: 'GET /v1/instance-profiles/:instanceProfileName',
    accessLevel: 'Read',
    input: instanceProfileNameInput,
    output: instanceProfileOutput,
    ...onProfile,
    errors: ['NoSuchEntity'],
  })
  async getInstanceProfile(
    _input: z.output<typeof instanceProfileNameInput>,
    context: OperationContext<InstanceProfileWithRole>,
  ) {
    return { instanceProfile: await this.profiles.describe(context) };
  }

  @Operation({
    name: 'iam:ListInstanceProfiles',
    summary: 'List instance profiles',
    route: 'GET /v1/instance-profiles',
    accessLevel: 'List',
    input: listInstanceProfilesInput,
    output: listInstanceProfilesOutput,
    locate: ({ accountId, partition, input }) => ({
      arn: `arn:${partition}:iam::${accountId}:instance-profile${input.pathPrefix ?? '/'}`,
      row: undefined,
    }),
    errors: [],
  })
  listInstanceProfiles(input: z.output<typeof listInstanceProfilesInput>, context: OperationContext) {
    return this.profiles.list(context, input);
  }

  @Operation({
    name: 'iam:ListInstanceProfilesForRole',
    summary: 'List the instance profiles of a role',
    route: 'GET /v1/roles/:roleName/instance-profiles',
    accessLevel: 'List',
    input: listInstanceProfilesForRoleInput,
    output: listInstanceProfilesOutput,
    locate: ({ input, ...scope }) => locateIdentity(scope, 'role', input.roleName),
    errors: ['NoSuchEntity'],
  })
  listInstanceProfilesForRole(
    input: z.output<typeof listInstanceProfilesForRoleInput>,
    context: OperationContext<Identity>,
  ) {
    return this.profiles.listOfRole(context, input);
  }

  @Operation({
    name: 'iam:AddRoleToInstanceProfile',
    summary: 'Add a role to an instance profile',
    description: 'An instance profile contains one role. The caller needs `iam:PassRole` on the role.',
    route: 'PUT /v1/instance-profiles/:instanceProfileName/roles/:roleName',
    accessLevel: 'Write',
    input: roleInInstanceProfileInput,
    ...onProfile,
    alsoRequires: async ({ input, ...scope }) => {
      const target = await locateIdentity(scope, 'role', input.roleName);
      return [{ action: 'iam:PassRole', target, conditions: { 'iam:PassedToService': PASSED_TO_SERVICE } }];
    },
    errors: ['NoSuchEntity', 'LimitExceeded', 'UnmodifiableEntity'],
    effect: 'changes',
  })
  async addRoleToInstanceProfile(
    { roleName }: z.output<typeof roleInInstanceProfileInput>,
    context: OperationContext<InstanceProfileWithRole>,
  ) {
    await this.profiles.addRole(context, roleName);
  }

  @Operation({
    name: 'iam:RemoveRoleFromInstanceProfile',
    summary: 'Remove a role from an instance profile',
    route: 'DELETE /v1/instance-profiles/:instanceProfileName/roles/:roleName',
    accessLevel: 'Write',
    input: roleInInstanceProfileInput,
    ...onProfile,
    errors: ['NoSuchEntity'],
    effect: 'changes',
  })
  async removeRoleFromInstanceProfile(
    { roleName }: z.output<typeof roleInInstanceProfileInput>,
    context: OperationContext<InstanceProfileWithRole>,
  ) {
    await this.profiles.removeRole(context, roleName);
  }

  @Operation({
    name: 'iam:DeleteInstanceProfile',
    summary: 'Delete an instance profile',
    description: 'Remove its role first.',
    route: 'DELETE /v1/instance-profiles/:instanceProfileName',
    accessLevel: 'Write',
    input: instanceProfileNameInput,
    ...onProfile,
    errors: ['NoSuchEntity', 'DeleteConflict'],
    effect: 'changes',
  })
  async deleteInstanceProfile(
    _input: z.output<typeof instanceProfileNameInput>,
    { tx, target }: OperationContext<InstanceProfileWithRole>,
  ) {
    await this.profiles.delete(tx, target);
  }
}
