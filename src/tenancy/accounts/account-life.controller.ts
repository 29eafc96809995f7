import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import type { Account } from '../../generated/prisma/client.js';
import { AccountLifeService } from './account-life.service.js';
import { locateAccount, namedAccount } from './account.target.js';
import { accountChangeInput, accountOutput } from './accounts.schema.js';
import { AccountsService } from './accounts.service.js';

/** Suspending, closing and purging; see AccountLifeService. */
@Controller()
export class AccountLifeController {
  constructor(
    private readonly life: AccountLifeService,
    private readonly accounts: AccountsService,
  ) {}

  @Operation({
    name: 'gatehouse:SuspendAccount',
    summary: 'Suspend an account',
    description:
      'Passwords, access keys, tokens and sessions of the account are refused until it is reactivated. ' +
      'Nothing is deleted.',
    route: 'PUT /v1/accounts/:accountId/suspension',
    accessLevel: 'Write',
    access: 'management',
    input: accountChangeInput,
    output: accountOutput,
    account: namedAccount,
    locate: locateAccount,
    errors: ['NoSuchEntity', 'InvalidAccountState', 'UnmodifiableEntity'],
  })
  async suspendAccount(_: z.output<typeof accountChangeInput>, { tx, target, request }: OperationContext<Account>) {
    return { account: this.accounts.describe(await this.life.suspend(tx, target, request.receivedAt)) };
  }

  @Operation({
    name: 'gatehouse:ReactivateAccount',
    summary: 'Reactivate a suspended account, or a closed account within its grace period',
    route: 'PUT /v1/accounts/:accountId/reactivation',
    accessLevel: 'Write',
    access: 'management',
    input: accountChangeInput,
    output: accountOutput,
    account: namedAccount,
    locate: locateAccount,
    errors: ['NoSuchEntity', 'InvalidAccountState'],
  })
  async reactivateAccount(_: z.output<typeof accountChangeInput>, { tx, target, request }: OperationContext<Account>) {
    return { account: this.accounts.describe(await this.life.reactivate(tx, target, request.receivedAt)) };
  }

  @Operation({
    name: 'gatehouse:CloseAccount',
    summary: 'Close an account',
    description:
      'For the management account, or for the owner of the account. All requests of the account are ' +
      'refused. The account is purged at the end of the grace period; until then the management ' +
      'account can reactivate it.',
    route: 'PUT /v1/accounts/:accountId/closure',
    accessLevel: 'Write',
    input: accountChangeInput,
    output: accountOutput,
    account: namedAccount,
    locate: locateAccount,
    errors: ['NoSuchEntity', 'InvalidAccountState', 'UnmodifiableEntity'],
  })
  async closeAccount(_: z.output<typeof accountChangeInput>, { tx, target, request }: OperationContext<Account>) {
    return { account: this.accounts.describe(await this.life.close(tx, target, request.receivedAt)) };
  }

  @Operation({
    name: 'gatehouse:PurgeAccount',
    summary: 'Purge a closed account after its grace period',
    description: 'Deletes everything in the account except its audit log and its account ID, which is never reused.',
    route: 'DELETE /v1/accounts/:accountId',
    accessLevel: 'Write',
    access: 'management',
    input: accountChangeInput,
    output: accountOutput,
    account: namedAccount,
    locate: locateAccount,
    errors: ['NoSuchEntity', 'InvalidAccountState'],
  })
  async purgeAccount(_: z.output<typeof accountChangeInput>, { tx, target, request }: OperationContext<Account>) {
    return { account: this.accounts.describe(await this.life.purge(tx, target, request.receivedAt)) };
  }
}
