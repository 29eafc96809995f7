import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Database } from '../database/database.service.js';
import { Mailer } from './mailer.service.js';
import { Outbox } from './outbox.service.js';
import { Clock } from '../clock/clock.js';
import { Background } from '../background/background.service.js';

const MILLISECONDS_BETWEEN_LOOKS = 10_000;
/**
 * Longer than one attempt with a mail server that does not respond. A mail of a process that ended is then free again.
 */
const CLAIM_MILLISECONDS = 60_000;
/** Seconds before the next attempt, for each failed attempt; the last value repeats until the mail expires. */
const PAUSES = [5, 15, 60, 300, 900, 3600];
/** A mail server that hangs must not prevent this server from stopping. */
const LONGEST_GOODBYE = 5_000;

interface Claimed {
  readonly mailId: string;
  readonly sealedMail: Uint8Array;
  readonly attempts: number;
}

/**
 * Sends the mails in the outbox: immediately after the commit, and again later if the mail server refused them. Each
 * mail is claimed by one process for some time. If that process ends, the mail may be sent twice, but is never lost.
 */
@Injectable()
export class MailSender implements OnApplicationBootstrap {
  private readonly logger = new Logger(MailSender.name);

  constructor(
    private readonly outbox: Outbox,
    private readonly mailer: Mailer,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly background: Background,
  ) {}

  onApplicationBootstrap(): void {
    const work = this.background.periodic({
      name: MailSender.name,
      interval: MILLISECONDS_BETWEEN_LOOKS,
      run: () => this.sendNext(),
      failure: 'the outbox was not read; mails wait until the next look',
      longestGoodbye: LONGEST_GOODBYE,
    });
    this.outbox.whenQueued(() => work.wake());
  }

  /** @returns false when no mail is due */
  private async sendNext(): Promise<boolean> {
    const [mail] = await this.claim(this.clock.now());
    if (mail) await this.send(mail);
    return mail !== undefined;
  }

  private claim(now: Date): Promise<Claimed[]> {
    const until = new Date(now.getTime() + CLAIM_MILLISECONDS);
    return this.database.forPlatform(async (tx) => {
      const expired = await tx.outgoingMail.deleteMany({ where: { expiresAt: { lte: now } } });
      if (expired.count > 0) this.logger.error(`${expired.count} mails expired before they could be delivered`);
      return tx.$queryRaw<Claimed[]>`
        UPDATE outgoing_mails SET attempts = attempts + 1, next_attempt_at = ${until}
        WHERE mail_id IN (
          SELECT mail_id FROM outgoing_mails WHERE next_attempt_at <= ${now}
          ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING mail_id AS "mailId", sealed_mail AS "sealedMail", attempts`;
    });
  }

  private async send({ mailId, sealedMail, attempts }: Claimed): Promise<void> {
    try {
      await this.mailer.deliver(this.outbox.open(mailId, sealedMail));
    } catch (error) {
      const seconds = PAUSES[Math.min(attempts, PAUSES.length) - 1]!;
      this.logger.error({ err: error, attempts }, `a mail was not delivered; next attempt in ${seconds} s`);
      const nextAttemptAt = new Date(this.clock.now().getTime() + seconds * 1000);
      await this.database.forPlatform((tx) =>
        tx.outgoingMail.updateMany({ where: { mailId }, data: { nextAttemptAt } }),
      );
      return;
    }
    await this.database.forPlatform((tx) => tx.outgoingMail.deleteMany({ where: { mailId } }));
  }
}
