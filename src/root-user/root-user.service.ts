import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../access/operations/operation.js';
import { ApiError } from '../common/errors.js';
import { isUniqueViolation } from '../database/database-errors.js';
import type { Account } from '../generated/prisma/client.js';
import { endSessions } from '../identities/end-sessions.js';
import { NewPasswords } from '../password-policy/new-passwords.service.js';
import { OwnPasswords } from '../password-policy/own-passwords.service.js';

/** What the root user changes of itself, with its password in hand. */
@Injectable()
export class RootUserService {
  constructor(
    private readonly newPasswords: NewPasswords,
    private readonly ownPasswords: OwnPasswords,
  ) {}

  /** @throws ApiError InvalidUserType, AccessDenied, Throttling, PasswordPolicyViolation */
  async changePassword(context: OperationContext, password: string, newPassword: string): Promise<void> {
    const { tx, accountId, request } = context;
    const account = await this.requireRoot(context, password);
    const rootPasswordHash = await this.newPasswords.forRoot(account, newPassword);
    const data = { rootPasswordHash, rootPasswordSetAt: request.receivedAt };
    await tx.account.update({ where: { accountId }, data });
    await endSessions(tx, accountId, accountId, request.receivedAt);
  }

  /** @throws ApiError InvalidUserType, AccessDenied, Throttling, EntityAlreadyExists */
  async changeEmail(context: OperationContext, password: string, email: string): Promise<void> {
    const { tx, accountId } = context;
    await this.requireRoot(context, password);
    const data = { rootEmail: email, rootEmailKey: email.toLowerCase() };
    try {
      await tx.account.update({ where: { accountId }, data });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new ApiError('EntityAlreadyExists', 'An account with this email address already exists.');
    }
    // A token that was sent to the old address must not work any more.
    await tx.passwordRecovery.deleteMany({ where: { accountId } });
  }

  private async requireRoot({ tx, accountId, caller, request }: OperationContext, password: string): Promise<Account> {
    if (caller.principal.type !== 'root') throw new ApiError('InvalidUserType', 'Only the root user can do this.');
    const account = await tx.account.findUniqueOrThrow({ where: { accountId } });
    const own = { principalId: accountId, passwordHash: account.rootPasswordHash };
    await this.ownPasswords.require(tx, own, { password, message: 'The password was incorrect.' }, request);
    return account;
  }
}
