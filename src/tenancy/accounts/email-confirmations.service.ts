import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { PublicContext } from '../../operations/declaration.js';
import type { RequestFacts } from '../../access/actions/request-facts.js';
import { lockAccount } from '../../kernel/database/row-locks.js';
import type { BackgroundTasks } from '../../kernel/background/background-tasks.js';
import { Background } from '../../kernel/background/background.service.js';
import { Settings } from '../../kernel/config/settings.js';
import { Database, type Transaction } from '../../kernel/database/database.service.js';
import type { Account, EmailConfirmation } from '../../generated/prisma/client.js';
import { Outbox } from '../../kernel/mail/outbox.service.js';
import { hashRowToken, isHashOf, newRowToken, type RowToken } from '../../kernel/secrets/row-token.js';
import { networkOf } from '../../kernel/throttling/network.js';
import { mailboxRule, mailRule, type Rule } from '../../kernel/throttling/throttle-rules.js';
import { Throttle } from '../../kernel/throttling/throttle.service.js';
import { confirmationMail, takenMail } from './confirmation-mails.js';
import { CONFIRMATION_HOURS } from './grace-period.js';

/** The account whose root user gets an address. */
type Owner = Pick<Account, 'accountId' | 'status'>;

export type FoundConfirmation = EmailConfirmation & { readonly account: Account };

/**
 * Email addresses that their owners have not confirmed yet. Such an address is not unique and grants nothing: any
 * number of accounts may wait for the same one, and using the mailed link claims it. The response for an address that
 * has an account is therefore the same as for any other (docs/decisions/0040-confirmed-addresses.md).
 */
@Injectable()
export class EmailConfirmations implements OnApplicationBootstrap {
  private readonly logger = new Logger(EmailConfirmations.name);
  private readonly resending: BackgroundTasks;

  constructor(
    private readonly outbox: Outbox,
    private readonly throttle: Throttle,
    private readonly database: Database,
    private readonly settings: Settings,
    background: Background,
  ) {
    this.resending = background.tasks(EmailConfirmations.name, 'a confirmation was not sent again');
  }

  onApplicationBootstrap(): void {
    if (this.settings.confirmsEmails) return;
    this.logger.warn(
      'Email addresses of root users take effect without confirmation. To require confirmation, set ' +
        'GATEHOUSE_SMTP_URL, or GATEHOUSE_EMAIL_CONFIRMATION=required.',
    );
  }

  /**
   * Sends the link for an address; earlier links of the account become invalid. If the address has an account, its
   * owner gets a mail that says so, without a link. Mails to one address are limited without telling the requester.
   *
   * @param tx in the scope of the account
   */
  async ask(tx: Transaction, owner: Owner, email: string, request: RequestFacts): Promise<void> {
    const { accountId } = owner;
    await tx.emailConfirmation.deleteMany({ where: { accountId } });
    const expiresAt = new Date(request.receivedAt.getTime() + CONFIRMATION_HOURS * 3_600_000);
    await this.send(tx, owner, { email, expiresAt }, request);
  }

  /** Sends a new link for a sign-up that is not confirmed yet. Answers alike whether there is one or not. */
  resend({ tx, request }: PublicContext, accountId: string): void {
    // After the answer, whose time then tells nothing.
    const send = async () => {
      await nextTurn();
      await this.sendAgain(accountId, request);
    };
    this.database.afterCommit(tx, () => this.resending.start(request.requestId, send));
  }

  /**
   * The confirmation of a token.
   *
   * @param tx in the scope of the token's account
   * @returns undefined if the token is invalid, was used, or has expired
   */
  async find(tx: Transaction, token: RowToken, now: Date): Promise<FoundConfirmation | undefined> {
    const { accountId, rowId: confirmationId } = token;
    const where = { accountId_confirmationId: { accountId, confirmationId } };
    const found = await tx.emailConfirmation.findUnique({ where, include: { account: true } });
    return found && found.expiresAt > now && isHashOf(found.tokenHash, token) ? found : undefined;
  }

  private async sendAgain(accountId: string, request: RequestFacts): Promise<void> {
    await this.database.forAccount(accountId, async (tx) => {
      await lockAccount(tx, accountId);
      const account = await tx.account.findUnique({ where: { accountId } });
      if (account?.status !== 'pending') return;
      const [waiting] = await tx.emailConfirmation.findMany({ where: { accountId }, take: 1 });
      // The previous link remains valid: it may arrive late.
      if (waiting && waiting.expiresAt > request.receivedAt) await this.send(tx, account, waiting, request);
    });
  }

  private async send(
    tx: Transaction,
    owner: Owner,
    { email, expiresAt }: Pick<EmailConfirmation, 'email' | 'expiresAt'>,
    request: RequestFacts,
  ): Promise<void> {
    const { accountId } = owner;
    const now = request.receivedAt;
    const token = newRowToken(accountId);
    const row = { accountId, confirmationId: token.rowId, email, tokenHash: hashRowToken(token), expiresAt };
    await tx.emailConfirmation.create({ data: { ...row, createdAt: now } });
    const rootEmailKey = email.toLowerCase();
    const where = { rootEmailKey, accountId: { not: accountId } };
    const { isOften, taken } = await this.database.inPlatform(tx, async () => ({
      isOften: await this.isOften(tx, rootEmailKey, request),
      taken: await tx.account.findFirst({ where, select: { rootEmail: true } }),
    }));
    if (isOften) return;
    const facts = { accountId, isNew: owner.status === 'pending', request };
    const url = `${this.settings.publicUrl}/email-confirmation?token=${token.text}`;
    const content = taken ? takenMail(facts) : confirmationMail(facts, url);
    await this.outbox.queue(tx, taken?.rootEmail ?? email, content, now, expiresAt);
  }

  /**
   * Requesting an address of somebody else must not prevent its owner from getting a link: the links belong to
   * different accounts and cannot replace each other. Each network therefore has its own count, far below the limit for
   * the mailbox.
   *
   * @param tx in the scope of the platform
   */
  private async isOften(tx: Transaction, mailbox: string, { sourceIp, receivedAt }: RequestFacts): Promise<boolean> {
    const bounded = async (principal: string, rule: Rule) => {
      const attempt = { purpose: 'confirmationMail', principal, isKnownAddress: false, rule } as const;
      return (await this.throttle.settle(tx, attempt, false, receivedAt)) > 0;
    };
    return (await bounded(`${mailbox} ${networkOf(sourceIp)}`, mailRule)) || bounded(mailbox, mailboxRule);
  }
}
