import { Controller } from '@nestjs/common';
import { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import { userName } from '../../kernel/iam-names.schema.js';
import { locateIdentity } from '../resources/identity.target.js';
import { SignInLocks } from '../../kernel/throttling/sign-in-locks.service.js';
import type { UserRow } from '../resources/identity-rows.js';

const unlockUserInput = z.strictObject({ userName });

/** Unlocks a user whose password or MFA codes failed too often: docs/decisions/0039-failure-bounds.md. */
@Controller()
export class UnlockUserController {
  constructor(private readonly locks: SignInLocks) {}

  @Operation({
    name: 'gatehouse:UnlockUser',
    summary: 'Unlock a user after failed sign-ins',
    description:
      'After 100 consecutive failures, passwords or MFA codes are no longer accepted from new ' +
      'addresses. This operation removes the lock and all delays. Setting a new password does so for ' +
      'passwords only. Also requires iam:UpdateLoginProfile.',
    route: 'POST /v1/users/:userName/unlock',
    accessLevel: 'Write',
    changesCredentials: true,
    stepUp: 'ownIdentity',
    input: unlockUserInput,
    locate: (scope) => locateIdentity(scope, 'user', scope.input.userName),
    // It allows a guesser a hundred more attempts, like a new password does:
    // docs/decisions/0038-credential-operations.md.
    alsoRequires: (_, target) => [{ action: 'iam:UpdateLoginProfile', target }],
    errors: ['NoSuchEntity'],
    effect: 'changes',
  })
  async unlockUser(_input: z.output<typeof unlockUserInput>, { tx, target }: OperationContext<UserRow>) {
    await this.locks.unlock(tx, target);
  }
}
