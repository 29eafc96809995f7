import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import { locateIdentity, locateUserOrCaller, movedArn, newIdentity } from '../resources/identity.target.js';
import { requested } from '../policies/boundary-conditions.js';
import {
  createUserInput,
  getUserInput,
  listUsersInput,
  listUsersOutput,
  updateUserInput,
  userNameInput,
  userOutput,
} from './users.schema.js';
import { UsersService } from './users.service.js';
import type { UserRow } from '../resources/identity-rows.js';

/** Source: IAM API reference, the operations on users. */
@Controller()
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Operation({
    name: 'iam:CreateUser',
    summary: 'Create a user',
    route: 'POST /v1/users',
    status: 201,
    accessLevel: 'Write',
    input: createUserInput,
    output: userOutput,
    locate: (scope) => newIdentity(scope, 'user', scope.input.path, scope.input.userName),
    conditionKeys: requested,
    tagPermission: 'iam:TagUser',
    errors: ['EntityAlreadyExists', 'LimitExceeded', 'NoSuchEntity', 'InvalidInput', 'PolicyNotAttachable'],
    effect: 'changes',
  })
  async createUser(input: z.output<typeof createUserInput>, context: OperationContext) {
    return { user: await this.users.create(context, input) };
  }

  @Operation({
    name: 'iam:GetUser',
    summary: 'Get a user',
    description: 'Through the AWS API, a request without a user name returns the caller.',
    route: 'GET /v1/users/:userName',
    accessLevel: 'Read',
    input: getUserInput,
    output: userOutput,
    locate: locateUserOrCaller,
    errors: ['NoSuchEntity'],
    effect: 'readsRemembered',
  })
  async getUser(_input: z.output<typeof getUserInput>, context: OperationContext<UserRow | undefined>) {
    return { user: await this.users.describe(context) };
  }

  @Operation({
    name: 'iam:ListUsers',
    summary: 'List users',
    route: 'GET /v1/users',
    accessLevel: 'List',
    input: listUsersInput,
    output: listUsersOutput,
    locate: ({ accountId, partition, input }) => ({
      arn: `arn:${partition}:iam::${accountId}:user${input.pathPrefix ?? '/'}`,
      row: undefined,
    }),
    errors: [],
  })
  listUsers(input: z.output<typeof listUsersInput>, context: OperationContext) {
    return this.users.list(context, input);
  }

  @Operation({
    name: 'iam:UpdateUser',
    summary: 'Rename a user or move it to another path',
    route: 'PATCH /v1/users/:userName',
    accessLevel: 'Write',
    input: updateUserInput,
    locate: ({ input, ...scope }) => locateIdentity(scope, 'user', input.userName),
    destination: ({ newUserName: name, newPath: path }, row, partition) => movedArn(row, { name, path }, partition),
    errors: ['NoSuchEntity', 'EntityAlreadyExists'],
  })
  async updateUser(input: z.output<typeof updateUserInput>, { tx, target }: OperationContext<UserRow>) {
    await this.users.move(tx, target, { name: input.newUserName, path: input.newPath });
  }

  @Operation({
    name: 'iam:DeleteUser',
    summary: 'Delete a user',
    description: 'Remove its access keys, login profile, group memberships and policies first.',
    route: 'DELETE /v1/users/:userName',
    accessLevel: 'Write',
    input: userNameInput,
    locate: ({ input, ...scope }) => locateIdentity(scope, 'user', input.userName),
    errors: ['NoSuchEntity', 'DeleteConflict'],
  })
  async deleteUser(_input: z.output<typeof userNameInput>, { tx, target }: OperationContext<UserRow>) {
    await this.users.delete(tx, target);
  }
}
