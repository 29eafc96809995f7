import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../database/database.service.js';
import { SecretBox } from '../secrets/secret-box.js';
import type { Mail, MailContent } from './mail.js';
import { renderMail } from './render-mail.js';

/** A mail that is not delivered by then is deleted. */
const LONGEST_HOURS = 72;

/**
 * Mails are stored in the database: a mail is written in the transaction of the change that it reports, so that neither
 * exists without the other, and is sent after the commit (MailSender).
 */
@Injectable()
export class Outbox {
  private onQueued: () => void = () => undefined;

  constructor(
    private readonly database: Database,
    private readonly secrets: SecretBox,
  ) {}

  /** @param expiresAt when the mail becomes useless, such as the expiry of its link */
  async queue(tx: Transaction, to: string, content: MailContent, now: Date, expiresAt?: Date): Promise<void> {
    const mailId = randomUUID();
    const sealed = this.secrets.seal(Buffer.from(JSON.stringify(renderMail(to, content))), outgoingMailOwner(mailId));
    const data = {
      mailId,
      sealedMail: new Uint8Array(sealed),
      createdAt: now,
      nextAttemptAt: now,
      expiresAt: expiresAt ?? new Date(now.getTime() + LONGEST_HOURS * 3_600_000),
    };
    await this.database.inPlatform(tx, () => tx.outgoingMail.create({ data, select: { mailId: true } }));
    this.database.afterCommit(tx, () => this.onQueued());
  }

  open(mailId: string, sealedMail: Uint8Array): Mail {
    return JSON.parse(this.secrets.open(sealedMail, outgoingMailOwner(mailId)).toString()) as Mail;
  }

  /** @param callback runs after each commit that has queued mails in this process */
  whenQueued(callback: () => void): void {
    this.onQueued = callback;
  }
}

/** The owner to which a sealed mail is bound. */
export function outgoingMailOwner(mailId: string): readonly string[] {
  return ['outgoing-mail', mailId];
}
