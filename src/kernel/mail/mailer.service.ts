import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { createTransport } from 'nodemailer';
import { Settings } from '../config/settings.js';
import { MailFolder } from './mail-folder.js';
import type { Mail } from './mail.js';
import { Clock } from '../clock/clock.js';

/** Milliseconds. Together well below the time for which the sender has claimed a mail. */
const timeouts = { dnsTimeout: 5_000, connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 };

/**
 * Delivers one mail to the operator's mail server. Without a mail server each mail is written to a file in the data
 * directory, so that everything works on a laptop.
 */
@Injectable()
export class Mailer {
  private readonly folder: MailFolder;

  constructor(
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {
    this.folder = new MailFolder(join(settings.dataDirectory, 'mail'));
  }

  /** @throws Error of the mail server or of the file system; its message contains no content of the mail */
  async deliver({ to, ...content }: Mail): Promise<void> {
    const message = {
      from: this.settings.mailFrom,
      // A string would be parsed, and a comma in it would create two recipients.
      to: { name: '', address: to },
      ...content,
      textEncoding: 'quoted-printable' as const,
      disableFileAccess: true,
      disableUrlAccess: true,
    };
    if (this.settings.smtpUrl !== undefined) {
      await createTransport({ url: this.settings.smtpUrl, ...timeouts }).sendMail(message);
      return;
    }
    const { message: file } = await createTransport({ streamTransport: true, buffer: true }).sendMail(message);
    await this.folder.add(file as Buffer, this.clock.now());
  }
}
