import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { Caller } from '../../access/actions/caller.js';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation, SignUpOperation } from '../../operations/operation.decorator.js';
import { gatehouseArn } from '../../kernel/arn.js';
import { Settings } from '../../kernel/config/settings.js';
import { newAccountId } from '../../kernel/unique-ids.js';
import { AccountAliasesService } from './account-aliases.service.js';
import type { Account } from '../../generated/prisma/client.js';
import { locateAccount, namedAccount } from './account.target.js';
import {
  accountAliasInput,
  accountIdInput,
  accountOutput,
  createAccountInput,
  listAccountAliasesInput,
  listAccountAliasesOutput,
  listAccountsInput,
  listAccountsOutput,
  noInput,
  updateAccountEmailInput,
  updateAccountInput,
} from './accounts.schema.js';
import { AccountsService } from './accounts.service.js';
import { EmailConfirmations } from './email-confirmations.service.js';

@Controller()
export class AccountsController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly aliases: AccountAliasesService,
    private readonly confirmations: EmailConfirmations,
    private readonly settings: Settings,
  ) {}

  @SignUpOperation({
    name: 'gatehouse:CreateAccount',
    summary: 'Create an account',
    description:
      'While sign-up is open, anyone can create accounts, at a limited rate per address; otherwise ' +
      'only the management account can. The email address and the password are those of the root user ' +
      'of the new account. If addresses must be confirmed, the account is `pending` until the mailed ' +
      'link is used, and is deleted after one day without it; the response is the same for an address ' +
      'that already has an account.',
    route: 'POST /v1/accounts',
    status: 201,
    accessLevel: 'Write',
    input: createAccountInput,
    output: accountOutput,
    account: ({ accountId }, caller) => (caller?.isManagement ? accountId : undefined) ?? newAccountId(),
    locate: ({ accountId, partition, caller }) => ({
      arn: gatehouseArn(partition, accountId, 'account'),
      row: undefined,
      // Accounts belong to the platform: the operator's own policies control what it may do to them.
      ...(caller?.isManagement ? { ownerId: caller.accountId } : {}),
    }),
    errors: ['EntityAlreadyExists', 'PasswordPolicyViolation', 'Throttling'],
    effect: 'changes',
  })
  async createAccount(
    { confirmEmail = false, ...input }: z.output<typeof createAccountInput>,
    { tx, accountId, caller, request }: OperationContext<undefined, Caller | undefined>,
  ) {
    const isOperator = caller?.isManagement === true;
    const isPending = isOperator ? confirmEmail : this.settings.confirmsEmails;
    const account = await this.accounts.create(tx, accountId, { ...input, isPending });
    if (isPending) await this.confirmations.ask(tx, account, input.email, request);
    return { account };
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
    name: 'gatehouse:ListAccounts',
    summary: 'List the accounts of the platform',
    description: 'Purged accounts are listed only if `status` requests them.',
    route: 'GET /v1/accounts',
    accessLevel: 'List',
    access: 'management',
    input: listAccountsInput,
    output: listAccountsOutput,
    errors: [],
  })
  listAccounts(input: z.output<typeof listAccountsInput>, { tx }: OperationContext) {
    return this.accounts.list(tx, input);
  }

  @Operation({
    name: 'gatehouse:DescribeAccount',
    summary: 'Get an account',
    description: 'For the management account, or for the owner of the account.',
    route: 'GET /v1/accounts/:accountId',
    accessLevel: 'Read',
    input: accountIdInput,
    output: accountOutput,
    account: namedAccount,
    locate: locateAccount,
    errors: ['NoSuchEntity'],
  })
  describeAccount(_input: z.output<typeof accountIdInput>, { target }: OperationContext<Account>) {
    return Promise.resolve({ account: this.accounts.describe(target) });
  }

  @Operation({
    name: 'gatehouse:UpdateAccount',
    summary: 'Rename an account',
    description: 'For the management account, or for the owner of the account.',
    route: 'PATCH /v1/accounts/:accountId',
    accessLevel: 'Write',
    input: updateAccountInput,
    output: accountOutput,
    account: namedAccount,
    locate: locateAccount,
    errors: ['NoSuchEntity', 'InvalidAccountState'],
    effect: 'changes',
  })
  async updateAccount({ name }: z.output<typeof updateAccountInput>, { tx, target }: OperationContext<Account>) {
    return { account: await this.accounts.rename(tx, target, name) };
  }

  @Operation({
    name: 'gatehouse:UpdateAccountEmail',
    summary: "Change the email address of an account's root user",
    description:
      'The owner of this address controls the account, so no policy of the account can permit the ' +
      'change. Ends all sessions of the root user, and notifies the old address.',
    route: 'PUT /v1/accounts/:accountId/email',
    accessLevel: 'Write',
    changesCredentials: true,
    stepUp: 'always',
    access: 'management',
    input: updateAccountEmailInput,
    output: accountOutput,
    account: namedAccount,
    locate: locateAccount,
    errors: ['NoSuchEntity', 'EntityAlreadyExists', 'InvalidAccountState'],
  })
  async updateAccountEmail(
    { email }: z.output<typeof updateAccountEmailInput>,
    { tx, target, request }: OperationContext<Account>,
  ) {
    return { account: await this.accounts.changeRootEmail(tx, target, email, request) };
  }

  @Operation({
    name: 'iam:CreateAccountAlias',
    summary: 'Set the account alias',
    route: 'PUT /v1/account-aliases/:accountAlias',
    accessLevel: 'Write',
    input: accountAliasInput,
    errors: ['EntityAlreadyExists'],
    effect: 'changes',
  })
  async createAccountAlias({ accountAlias }: z.output<typeof accountAliasInput>, { tx, accountId }: OperationContext) {
    await this.aliases.set(tx, accountId, accountAlias);
  }

  @Operation({
    name: 'iam:DeleteAccountAlias',
    summary: 'Delete the account alias',
    route: 'DELETE /v1/account-aliases/:accountAlias',
    accessLevel: 'Write',
    input: accountAliasInput,
    errors: ['NoSuchEntity'],
    effect: 'changes',
  })
  async deleteAccountAlias({ accountAlias }: z.output<typeof accountAliasInput>, { tx, accountId }: OperationContext) {
    await this.aliases.delete(tx, accountId, accountAlias);
  }

  @Operation({
    name: 'iam:ListAccountAliases',
    summary: 'List the account aliases',
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
