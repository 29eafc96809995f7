import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { RequestFacts } from '../../access/actions/request-facts.js';
import type { BackgroundTasks } from '../../kernel/background/background-tasks.js';
import { Background } from '../../kernel/background/background.service.js';
import { keepRootEmail, lockAccount } from '../../kernel/database/row-locks.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { Settings } from '../../kernel/config/settings.js';
import { Database } from '../../kernel/database/database.service.js';
import { PolicyEpochs } from '../../kernel/database/policy-epochs.js';
import type { Account } from '../../generated/prisma/client.js';
import { endSessions } from '../../iam/resources/end-sessions.js';
import type { MailContent } from '../../kernel/mail/mail.js';
import { Notifications, shownTime } from '../../kernel/mail/notifications.service.js';
import { Outbox } from '../../kernel/mail/outbox.service.js';
import { plainName } from '../../kernel/mail/render-mail.js';
import { makeSecondFactorsOnly } from '../../iam/resources/second-factors-only.js';
import { NewPasswords } from '../../iam/password-policy/new-passwords.service.js';
import { hashRowToken, isHashOf, newRowToken, parseRowToken, type RowToken } from '../../kernel/secrets/row-token.js';
import { SignInLocks } from '../../kernel/throttling/sign-in-locks.service.js';
import { mailRule, requestRule } from '../../kernel/throttling/throttle-rules.js';
import { Throttle, throttled } from '../../kernel/throttling/throttle.service.js';
import { WrongTokens } from '../../kernel/throttling/wrong-tokens.service.js';
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
    private readonly wrongTokens: WrongTokens,
    private readonly audit: RootUserAudit,
    private readonly epochs: PolicyEpochs,
    private readonly database: Database,
    private readonly settings: Settings,
    background: Background,
  ) {
    this.sending = background.tasks(PasswordRecoveryService.name, 'a password recovery was not sent');
  }

  /**
   * Answers alike, and as fast, whether there is such a root user or not: the mail is made after the answer. Mails to one
   * address are bounded silently: a link that was sent a little earlier still works, so nobody can keep an owner from one.
   *
   * @throws ApiError Throttling when one address asks for too many
   */
  async request(email: string, request: RequestFacts): Promise<void> {
    const { receivedAt: now, sourceIp: address } = request;
    const rootEmailKey = email.toLowerCase();
    const asking = { purpose: 'recovery', address, isKnownAddress: false, rule: requestRule(20) } as const;
    // Of these mails alone: others have no link that still works (EmailConfirmations).
    const mail = { purpose: 'recoveryMail', principal: rootEmailKey, isKnownAddress: false, rule: mailRule } as const;
    const { wait, isOften, account } = await this.database.forPlatform(async (tx) => ({
      account: await tx.account.findUnique({ where: { rootEmailKey } }),
      wait: await this.throttle.settle(tx, asking, false, now),
      isOften: (await this.throttle.settle(tx, mail, false, now)) > 0,
    }));
    if (wait > 0) throw throttled(wait, 'Too many mails were asked for from this address.');
    if (isOften || !mayHavePassword(account)) return;
    // After the answer, whose time then tells nothing.
    this.sending.start(request.requestId, async () => {
      await nextTurn();
      await this.sendToken(account, request);
    });
  }

  /** @throws ApiError InvalidInput when the token is none, used or too old; PasswordPolicyViolation, Throttling */
  async recover(text: string, newPassword: string, request: RequestFacts): Promise<void> {
    const token = parseRowToken(text);
    try {
      if (!token) throw refused();
      await this.use(token, newPassword, request);
    } catch (error) {
      if (error instanceof ApiError && error.code === 'InvalidInput') await this.wrongTokens.count(request);
      throw error;
    }
  }

  private async use(token: RowToken, newPassword: string, request: RequestFacts): Promise<void> {
    const { accountId, rowId: recoveryId } = token;
    const now = request.receivedAt;
    await this.database.forAccount(accountId, async (tx) => {
      await lockAccount(tx, accountId);
      const found = await tx.passwordRecovery.findUnique({
        where: { accountId_recoveryId: { accountId, recoveryId } },
        include: { account: true },
      });
      if (!found || found.usedAt || found.expiresAt <= now || !isHashOf(found.tokenHash, token)) throw refused();
      if (!mayHavePassword(found.account)) throw refused();
      const rootPasswordHash = await this.newPasswords.forRoot(found.account, newPassword);
      await tx.account.update({ where: { accountId }, data: { rootPasswordHash, rootPasswordSetAt: now } });
      // Any other token that was sent is worth nothing either.
      await tx.passwordRecovery.updateMany({ where: { accountId, usedAt: null }, data: { usedAt: now } });
      // Recovery may answer a break-in, by somebody who has registered a key.
      await makeSecondFactorsOnly(tx, accountId, accountId);
      const where = { accountId_recoveryId: { accountId, recoveryId } };
      // The mail came to the owner, so strangers who fail elsewhere do not hold it up here (SignInPrincipals).
      await tx.passwordRecovery.update({ where, data: { usedFrom: request.sourceIp } });
      await this.locks.passwordReplaced(tx, found.account);
      await endSessions(tx, accountId, accountId, now);
      await this.epochs.advance(tx, accountId);
      await this.notifications.notifyRoot(tx, accountId, { kind: 'passwordRecovered' }, request);
      this.audit.record(tx, accountId, 'gatehouse:RecoverPassword', request);
    });
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
      `To set one, open this link within ${LIFETIME_MINUTES} minutes. It works once.`,
    ],
    facts: [
      ['Account', `${plainName(name)} (${accountId})`],
      ['Time', shownTime(receivedAt)],
      ['From address', sourceIp],
    ],
    link: { label: 'Set a new password', url },
    advice: 'If you did not request this, there is nothing to do: the password stays as it is.',
  };
}

/** Its login profile may have been deleted: see RootLoginProfileService. */
function mayHavePassword(account: Account | null): account is Account {
  return account?.status === 'active' && account.rootPasswordSetAt !== null;
}

function refused(): ApiError {
  return new ApiError('InvalidInput', 'This token is not valid, was used, or is too old. Ask for a new one.');
}
