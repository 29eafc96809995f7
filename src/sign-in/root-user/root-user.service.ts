import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../operations/declaration.js';
import { AccountsService, EMAIL_TAKEN } from '../../tenancy/accounts/accounts.service.js';
import { EmailConfirmations } from '../../tenancy/accounts/email-confirmations.service.js';
import { Settings } from '../../kernel/config/settings.js';
import { FailedAttempt } from '../../operations/failed-attempt.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { Database } from '../../kernel/database/database.service.js';
import type { Account } from '../../generated/prisma/client.js';
import { endSessions } from '../../iam/resources/end-sessions.js';
import { Notifications } from '../../kernel/mail/notifications.service.js';
import { NewPasswords } from '../../iam/password-policy/new-passwords.service.js';
import { OwnPasswords } from '../../iam/password-policy/own-passwords.service.js';
import { SignInLocks } from '../../kernel/throttling/sign-in-locks.service.js';
import { Throttle, throttled } from '../../kernel/throttling/throttle.service.js';

/** What the root user changes of itself, with its password in hand. */
@Injectable()
export class RootUserService {
  constructor(
    private readonly newPasswords: NewPasswords,
    private readonly ownPasswords: OwnPasswords,
    private readonly accounts: AccountsService,
    private readonly confirmations: EmailConfirmations,
    private readonly settings: Settings,
    private readonly throttle: Throttle,
    private readonly locks: SignInLocks,
    private readonly notifications: Notifications,
    private readonly database: Database,
  ) {}

  /** @throws ApiError InvalidUserType, AccessDenied, Throttling, PasswordPolicyViolation */
  async changePassword(context: OperationContext, password: string, newPassword: string): Promise<void> {
    const { tx, accountId, request } = context;
    const account = await this.requireRoot(context, password);
    const rootPasswordHash = await this.newPasswords.forRoot(account, newPassword);
    const data = { rootPasswordHash, rootPasswordSetAt: request.receivedAt };
    await tx.account.update({ where: { accountId }, data });
    await endSessions(tx, accountId, accountId, request.receivedAt);
    await this.locks.passwordReplaced(tx, account);
    await this.notifications.notifyRoot(tx, accountId, { kind: 'passwordChanged' }, request);
  }

  /**
   * Where addresses have to be confirmed, the new one takes effect with the mailed link.
   *
   * @throws ApiError InvalidUserType, AccessDenied, Throttling; EntityAlreadyExists where they have not
   */
  async changeEmail(context: OperationContext, password: string, email: string): Promise<void> {
    const { tx, accountId, request } = context;
    const account = await this.requireRoot(context, password);
    if (this.settings.confirmsEmails) {
      await this.database.inPlatform(tx, () => this.countQuestion(context));
      await this.confirmations.ask(tx, account, email, request);
      const notice = { kind: 'emailChangeRequested', newEmail: email } as const;
      return this.notifications.notifyRoot(tx, accountId, notice, request);
    }
    const rootEmailKey = email.toLowerCase();
    const isTaken = await this.database.inPlatform(tx, async () => {
      await this.countQuestion(context);
      return (await tx.account.count({ where: { rootEmailKey, accountId: { not: accountId } } })) > 0;
    });
    if (isTaken) throw new FailedAttempt('EntityAlreadyExists', EMAIL_TAKEN);
    await this.accounts.changeRootEmail(tx, account, email, request);
  }

  /**
   * The answer tells whether an email address has an account, so every change counts, right or not.
   *
   * @throws ApiError Throttling
   */
  private async countQuestion({ tx, accountId, request }: OperationContext): Promise<void> {
    const { sourceIp: address, receivedAt } = request;
    const attempt = { purpose: 'newEmail', principal: accountId, address, isKnownAddress: false } as const;
    const wait = await this.throttle.settle(tx, attempt, false, receivedAt);
    if (wait > 0) throw throttled(wait, attempt);
  }

  private async requireRoot({ tx, accountId, caller, request }: OperationContext, password: string): Promise<Account> {
    if (caller.principal.type !== 'root') throw new ApiError('InvalidUserType', 'Only the root user can do this.');
    const account = await tx.account.findUniqueOrThrow({ where: { accountId } });
    const own = { accountId, principalId: accountId, passwordHash: account.rootPasswordHash };
    await this.ownPasswords.require(tx, own, { password, message: 'The password was incorrect.' }, request);
    return account;
  }
}
