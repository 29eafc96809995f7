import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../access/operations/operation.js';
import { Operation } from '../access/operations/operation.decorator.js';
import { gatehouseArn } from '../common/arn.js';
import { newAccountId } from '../common/unique-ids.js';
import { AccountAliasesService } from './account-aliases.service.js';
import {
  accountAliasInput,
  accountOutput,
  createAccountInput,
  listAccountAliasesInput,
  listAccountAliasesOutput,
  noInput,
} from './accounts.schema.js';
import { AccountsService } from './accounts.service.js';

@Controller()
export class AccountsController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly aliases: AccountAliasesService,
  ) {}

  @Operation({
    name: 'gatehouse:CreateAccount',
    summary: 'Create an account',
    description:
      'Open to everyone while sign-up is open, else to the management account. The email address and the password are those of the root user of the new account.',
    route: 'POST /v1/accounts',
    status: 201,
    accessLevel: 'Write',
    access: 'signUp',
    input: createAccountInput,
    output: accountOutput,
    account: ({ accountId }, caller) => (caller?.isManagement ? accountId : undefined) ?? newAccountId(),
    locate: ({ accountId, partition, caller }) => ({
      arn: gatehouseArn(partition, accountId, 'account'),
      row: undefined,
      // Accounts are the platform's: what its operator may do to them, the operator's own policies say.
      ...(caller?.isManagement ? { ownerId: caller.accountId } : {}),
    }),
    errors: ['EntityAlreadyExists', 'PasswordPolicyViolation'],
    keepsEpoch: true,
  })
  async createAccount(input: z.output<typeof createAccountInput>, { tx, accountId }: OperationContext) {
    return { account: await this.accounts.create(tx, accountId, input) };
  }

  @Operation({
    name: 'gatehouse:GetAccount',
    summary: "Get the caller's account",
    route: 'GET /v1/account',
    accessLevel: 'Read',
    input: noInput,
    output: accountOutput,
    locate: ({ accountId, partition }) => ({ arn: gatehouseArn(partition, accountId, 'account'), row: undefined }),
    errors: [],
  })
  async getAccount(_input: z.output<typeof noInput>, { tx, accountId }: OperationContext) {
    return { account: await this.accounts.get(tx, accountId) };
  }

  @Operation({
    name: 'iam:CreateAccountAlias',
    summary: 'Give the account an alias, or another one',
    route: 'PUT /v1/account-aliases/:accountAlias',
    accessLevel: 'Write',
    input: accountAliasInput,
    errors: ['EntityAlreadyExists'],
    keepsEpoch: true,
  })
  async createAccountAlias({ accountAlias }: z.output<typeof accountAliasInput>, { tx, accountId }: OperationContext) {
    await this.aliases.set(tx, accountId, accountAlias);
  }

  @Operation({
    name: 'iam:DeleteAccountAlias',
    summary: 'Take the alias of the account away',
    route: 'DELETE /v1/account-aliases/:accountAlias',
    accessLevel: 'Write',
    input: accountAliasInput,
    errors: ['NoSuchEntity'],
    keepsEpoch: true,
  })
  async deleteAccountAlias({ accountAlias }: z.output<typeof accountAliasInput>, { tx, accountId }: OperationContext) {
    await this.aliases.delete(tx, accountId, accountAlias);
  }

  @Operation({
    name: 'iam:ListAccountAliases',
    summary: 'List the alias of the account',
    route: 'GET /v1/account-aliases',
    accessLevel: 'List',
    input: listAccountAliasesInput,
    output: listAccountAliasesOutput,
    errors: [],
  })
  async listAccountAliases(_input: z.output<typeof listAccountAliasesInput>, { tx, accountId }: OperationContext) {
    return { accountAliases: await this.aliases.list(tx, accountId), isTruncated: false };
  }
}
