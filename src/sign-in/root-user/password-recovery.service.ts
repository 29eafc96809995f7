import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { CredentialContext, PublicContext } from '../../operations/declaration.js';
import type { RequestFacts } from '../../access/actions/request-facts.js';
import type { BackgroundTasks } from '../../kernel/background/background-tasks.js';
import { Background } from '../../kernel/background/background.service.js';
import { Settings } from '../../kernel/config/settings.js';
import { Database } from '../../kernel/database/database.service.js';
import { keepRootEmail } from '../../kernel/database/row-locks.js';
import type { Account } from '../../generated/prisma/client.js';
import { endSessions } from '../../iam/resources/end-sessions.js';
import type { MailContent } from '../../kernel/mail/mail.js';
import { Notifications, shownTime } from '../../kernel/mail/notifications.service.js';
import { Outbox } from '../../kernel/mail/outbox.service.js';
import { plainName } from '../../kernel/mail/render-mail.js';
import { makeSecondFactorsOnly } from '../../iam/resources/second-factors-only.js';
import { NewPasswords } from '../../iam/password-policy/new-passwords.service.js';
import { hashRowToken, newRowToken } from '../../kernel/secrets/row-token.js';
import { SignInLocks } from '../../kernel/throttling/sign-in-locks.service.js';
import { mailRule } from '../../kernel/throttling/throttle-rules.js';
import { Throttle } from '../../kernel/throttling/throttle.service.js';
import { mayHavePassword } from './password-recovery-token.strategy.js';
import { RootUserAudit } from './root-user-audit.service.js';

const LIFETIME_MINUTES = 30;

/** How a root user who lost the password gets in again: with a one-time token, sent to its email address. */
@Injectable()
export class PasswordRecoveryService {
  private readonly sending: BackgroundTasks;

  constructor(
    private readonly newPasswords: NewPasswords,
    private readonly outbox: Outbox,
    private readonly notifications: Notifications,
    private readonly throttle: Throttle,
    private readonly locks: SignInLocks,
    private readonly audit: RootUserAudit,
    private readonly database: Database,
    private readonly settings: Settings,
    background: Background,
  ) {
    this.sending = background.tasks(PasswordRecoveryService.name, 'sending a password recovery mail failed');
  }

  /**
   * Answers alike, and as fast, whether there is such a root user or not: the mail is made after the answer. Mails to one
   * address are bounded silently: a link that was sent a little earlier still works, so nobody can keep an owner from one.
   */
  async request({ tx, request }: PublicContext, email: string): Promise<void> {
    const rootEmailKey = email.toLowerCase();
    // Of these mails alone: others have no link that still works (EmailConfirmations).
    const mail = { purpose: 'recoveryMail', principal: rootEmailKey, isKnownAddress: false, rule: mailRule } as const;
    const account = await tx.account.findUnique({ where: { rootEmailKey } });
    const isOften = (await this.throttle.settle(tx, mail, false, request.receivedAt)) > 0;
    if (isOften || !mayHavePassword(account)) return;
    // After the answer, whose time then tells nothing.
    const send = async () => {
      await nextTurn();
      await this.sendToken(account, request);
    };
    this.database.afterCommit(tx, () => this.sending.start(request.requestId, send));
  }

  /** @throws ApiError PasswordPolicyViolation */
  async recover(
    { tx, accountId, proof, request }: CredentialContext<'passwordRecoveryToken'>,
    newPassword: string,
  ): Promise<void> {
    const { account, recoveryId } = proof;
    const now = request.receivedAt;
    const rootPasswordHash = await this.newPasswords.forRoot(account, newPassword);
    await tx.account.update({ where: { accountId }, data: { rootPasswordHash, rootPasswordSetAt: now } });
    // Any other token that was sent is worth nothing either.
    await tx.passwordRecovery.updateMany({ where: { accountId, usedAt: null }, data: { usedAt: now } });
    // Recovery may answer a break-in, by somebody who has registered a key.
    await makeSecondFactorsOnly(tx, accountId, accountId);
    const where = { accountId_recoveryId: { accountId, recoveryId } };
    // The mail came to the owner, so strangers who fail elsewhere do not hold it up here (SignInPrincipals).
    await tx.passwordRecovery.update({ where, data: { usedFrom: request.sourceIp } });
    await this.locks.passwordReplaced(tx, account);
    await endSessions(tx, accountId, accountId, now);
    await this.notifications.notifyRoot(tx, accountId, { kind: 'passwordRecovered' }, request);
  }

  private async sendToken({ accountId, name, rootEmail: to }: Account, request: RequestFacts): Promise<void> {
    const token = newRowToken(accountId);
    const { rowId: recoveryId } = token;
    const now = request.receivedAt;
    const expiresAt = new Date(now.getTime() + LIFETIME_MINUTES * 60_000);
    await this.database.forAccount(accountId, async (tx) => {
      // Waits for a change of the address that is under way: what is sent to the old one must not work.
      if (!(await keepRootEmail(tx, accountId, to))) return;
      await tx.passwordRecovery.deleteMany({ where: { accountId, expiresAt: { lt: now }, usedFrom: null } });
      await tx.passwordRecovery.create({ data: { accountId, recoveryId, tokenHash: hashRowToken(token), expiresAt } });
      const url = `${this.settings.publicUrl}/password-recovery/finish?token=${token.text}`;
      await this.outbox.queue(tx, to, recoveryMail({ accountId, name }, url, request), now, expiresAt);
      this.audit.record(tx, accountId, 'gatehouse:RequestPasswordRecovery', request);
    });
  }
}

function recoveryMail(
  { accountId, name }: { readonly accountId: string; readonly name: string },
  url: string,
  { receivedAt, sourceIp }: RequestFacts,
): MailContent {
  return {
    subject: `A new password for your root user (account ${accountId})`,
    paragraphs: [
      'A new password was requested for the root user of this account.',
      `To set a new password, open this link within ${LIFETIME_MINUTES} minutes. The link can be used once.`,
    ],
    facts: [
      ['Account', `${plainName(name)} (${accountId})`],
      ['Time', shownTime(receivedAt)],
      ['From address', sourceIp],
    ],
    link: { label: 'Set a new password', url },
    advice: 'If you did not request this, no action is needed: the password does not change.',
  };
}
