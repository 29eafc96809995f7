import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import type { Account } from '../../generated/prisma/client.js';
import { SignInLocks } from '../../kernel/throttling/sign-in-locks.service.js';
import { locateAccount, namedAccount } from './account.target.js';
import { accountChangeInput } from './accounts.schema.js';

/** Unlocks a root user whose MFA codes failed too often: docs/decisions/0039-failure-bounds.md. */
@Controller()
export class UnlockRootUserController {
  constructor(private readonly locks: SignInLocks) {}

  @Operation({
    name: 'gatehouse:UnlockRootUser',
    summary: 'Unlock the root user of an account after failed sign-ins',
    description:
      'After 100 consecutive failures, passwords or MFA codes are no longer accepted from new ' +
      'addresses. This operation removes the lock and all delays. A mailed recovery link does so for ' +
      'passwords only.',
    route: 'POST /v1/accounts/:accountId/root-user/unlock',
    accessLevel: 'Write',
    access: 'management',
    changesCredentials: true,
    stepUp: 'always',
    input: accountChangeInput,
    account: namedAccount,
    locate: locateAccount,
    errors: ['NoSuchEntity'],
    effect: 'changes',
  })
  async unlockRootUser(_input: z.output<typeof accountChangeInput>, { tx, target }: OperationContext<Account>) {
    await this.locks.unlock(tx, target);
  }
}
