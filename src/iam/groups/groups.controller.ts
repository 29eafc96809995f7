import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import { locateIdentity, movedArn, newIdentity } from '../resources/identity.target.js';
import {
  createGroupInput,
  getGroupInput,
  getGroupOutput,
  groupNameInput,
  groupOutput,
  listGroupsForUserInput,
  listGroupsInput,
  listGroupsOutput,
  membershipInput,
  updateGroupInput,
} from './groups.schema.js';
import { GroupsService, toGroup } from './groups.service.js';
import { locateGroupOfMembership, MembershipsService } from './memberships.service.js';
import type { GroupRow, UserRow } from '../resources/identity-rows.js';

/** Source: IAM API reference, the operations on groups and memberships. */
@Controller()
export class GroupsController {
  constructor(
    private readonly groups: GroupsService,
    private readonly memberships: MembershipsService,
  ) {}

  @Operation({
    name: 'iam:CreateGroup',
    summary: 'Create a group',
    route: 'POST /v1/groups',
    status: 201,
    accessLevel: 'Write',
    input: createGroupInput,
    output: groupOutput,
    locate: (scope) => newIdentity(scope, 'group', scope.input.path, scope.input.groupName),
    errors: ['EntityAlreadyExists', 'LimitExceeded'],
    effect: 'changes',
  })
  async createGroup(input: z.output<typeof createGroupInput>, context: OperationContext) {
    return { group: await this.groups.create(context, input) };
  }

  @Operation({
    name: 'iam:GetGroup',
    summary: 'Get a group and its users',
    route: 'GET /v1/groups/:groupName',
    accessLevel: 'Read',
    input: getGroupInput,
    output: getGroupOutput,
    locate: ({ input, ...scope }) => locateIdentity(scope, 'group', input.groupName),
    errors: ['NoSuchEntity'],
  })
  async getGroup(input: z.output<typeof getGroupInput>, context: OperationContext<GroupRow>) {
    const users = await this.memberships.usersOf(context, input);
    return { group: toGroup(context.target, context.partition), ...users };
  }

  @Operation({
    name: 'iam:ListGroups',
    summary: 'List groups',
    route: 'GET /v1/groups',
    accessLevel: 'List',
    input: listGroupsInput,
    output: listGroupsOutput,
    locate: ({ accountId, partition, input }) => ({
      arn: `arn:${partition}:iam::${accountId}:group${input.pathPrefix ?? '/'}`,
      row: undefined,
    }),
    errors: [],
  })
  listGroups(input: z.output<typeof listGroupsInput>, context: OperationContext) {
    return this.groups.list(context, input);
  }

  @Operation({
    name: 'iam:UpdateGroup',
    summary: 'Rename a group or move it to another path',
    route: 'PATCH /v1/groups/:groupName',
    accessLevel: 'Write',
    input: updateGroupInput,
    locate: ({ input, ...scope }) => locateIdentity(scope, 'group', input.groupName),
    destination: ({ newGroupName: name, newPath: path }, row, partition) => movedArn(row, { name, path }, partition),
    errors: ['NoSuchEntity', 'EntityAlreadyExists'],
  })
  async updateGroup(input: z.output<typeof updateGroupInput>, { tx, target }: OperationContext<GroupRow>) {
    await this.groups.move(tx, target, { name: input.newGroupName, path: input.newPath });
  }

  @Operation({
    name: 'iam:DeleteGroup',
    summary: 'Delete a group',
    description: 'Remove its members and policies first.',
    route: 'DELETE /v1/groups/:groupName',
    accessLevel: 'Write',
    input: groupNameInput,
    locate: ({ input, ...scope }) => locateIdentity(scope, 'group', input.groupName),
    errors: ['NoSuchEntity', 'DeleteConflict'],
    effect: 'changes',
  })
  async deleteGroup(_input: z.output<typeof groupNameInput>, { tx, target }: OperationContext<GroupRow>) {
    await this.groups.delete(tx, target);
  }

  @Operation({
    name: 'iam:AddUserToGroup',
    summary: 'Add a user to a group',
    route: 'PUT /v1/groups/:groupName/users/:userName',
    accessLevel: 'Write',
    input: membershipInput,
    locate: locateGroupOfMembership,
    errors: ['NoSuchEntity', 'LimitExceeded'],
  })
  async addUserToGroup({ userName }: z.output<typeof membershipInput>, context: OperationContext<GroupRow>) {
    await this.memberships.add(context, userName);
  }

  @Operation({
    name: 'iam:RemoveUserFromGroup',
    summary: 'Remove a user from a group',
    description: 'Removing a user who is not a member changes nothing.',
    route: 'DELETE /v1/groups/:groupName/users/:userName',
    accessLevel: 'Write',
    input: membershipInput,
    locate: locateGroupOfMembership,
    errors: ['NoSuchEntity'],
  })
  async removeUserFromGroup({ userName }: z.output<typeof membershipInput>, context: OperationContext<GroupRow>) {
    await this.memberships.remove(context, userName);
  }

  @Operation({
    name: 'iam:ListGroupsForUser',
    summary: 'List the groups of a user',
    route: 'GET /v1/users/:userName/groups',
    accessLevel: 'List',
    input: listGroupsForUserInput,
    output: listGroupsOutput,
    locate: ({ input, ...scope }) => locateIdentity(scope, 'user', input.userName),
    errors: ['NoSuchEntity'],
  })
  listGroupsForUser(input: z.output<typeof listGroupsForUserInput>, context: OperationContext<UserRow>) {
    return this.memberships.groupsOf(context, input);
  }
}
