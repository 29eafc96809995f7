import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { createTransport } from 'nodemailer';
import { Settings } from '../config/settings.js';

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/**
 * Sends mail through the operator's mail server. Without one, each message becomes a file in the data directory, so that
 * everything works on a laptop.
 */
@Injectable()
export class Mailer {
  constructor(private readonly settings: Settings) {}

  async send(mail: Mail): Promise<void> {
    const message = { from: this.settings.mailFrom, ...mail };
    if (this.settings.smtpUrl !== undefined) {
      await createTransport(this.settings.smtpUrl).sendMail(message);
      return;
    }
    const { message: content } = await createTransport({ streamTransport: true, buffer: true }).sendMail(message);
    const directory = join(this.settings.dataDirectory, 'mail');
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const name = `${new Date().toISOString().replaceAll(':', '-')}-${randomUUID().slice(0, 8)}.eml`;
    await writeFile(join(directory, name), content as Buffer, { mode: 0o600 });
  }
}
