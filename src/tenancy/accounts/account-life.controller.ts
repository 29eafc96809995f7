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
      'Its passwords, access keys, tokens and sessions are refused until it is reactivated. Nothing is lost.',
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
    summary: 'End a suspension, or take a closure back within its grace period',
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
      'For the management account, and for an owner with its own. Refused from now on; purged when the grace period is over, until when the management account can reactivate it.',
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
    summary: 'Delete everything of a closed account whose grace period is over',
    description: 'Its audit log stays, and its account id, which is never given again.',
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
