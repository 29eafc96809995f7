import { Injectable } from '@nestjs/common';
import type { Transaction } from '../database/database.service.js';
import type { MailContent } from './mail.js';
import { NOT_YOU, type Notice, wordingOf } from './notices.js';
import { Outbox } from './outbox.service.js';
import { plainName } from './render-mail.js';

/** When and from where something happened; every `RequestFacts` has these members. */
export interface Occasion {
  readonly receivedAt: Date;
  readonly sourceIp: string;
}

/** Mails that notify the owner of an account about its root user. Users have no addresses. */
@Injectable()
export class Notifications {
  constructor(private readonly outbox: Outbox) {}

  /**
   * Queues a notice for the email address that the root user has in this transaction. It is sent after the commit.
   *
   * @param tx in the scope of the account
   */
  async notifyRoot(tx: Transaction, accountId: string, notice: Notice, occasion: Occasion): Promise<void> {
    const { status, rootEmail, name } = await tx.account.findUniqueOrThrow({
      where: { accountId },
      select: { status: true, rootEmail: true, name: true },
    });
    if (status === 'purged' || status === 'pending') return;
    await this.outbox.queue(tx, rootEmail, noticeMail({ accountId, name }, notice, occasion), occasion.receivedAt);
  }

  /** Like `notifyRoot` if the principal is the root user; does nothing for a user. */
  async notifyPrincipal(
    tx: Transaction,
    { accountId, principalId }: { readonly accountId: string; readonly principalId: string },
    notice: Notice,
    occasion: Occasion,
  ): Promise<void> {
    if (principalId === accountId) await this.notifyRoot(tx, accountId, notice, occasion);
  }
}

function noticeMail(
  { accountId, name }: { readonly accountId: string; readonly name: string },
  notice: Notice,
  { receivedAt, sourceIp }: Occasion,
): MailContent {
  const { subject, what, facts = [], advice = NOT_YOU } = wordingOf(notice);
  return {
    subject: `${subject} (account ${accountId})`,
    paragraphs: [what],
    facts: [
      ['Account', `${plainName(name)} (${accountId})`],
      ['Time', shownTime(receivedAt)],
      ['From address', sourceIp],
      ...facts,
    ],
    advice,
  };
}

/** `28 November 2026, 15:04 UTC` */
export function shownTime(at: Date): string {
  const date = at.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
  return `${date}, ${at.toISOString().slice(11, 16)} UTC`;
}
