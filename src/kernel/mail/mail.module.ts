import { Global, Module } from '@nestjs/common';
import { MailSender } from './mail-sender.service.js';
import { Mailer } from './mailer.service.js';
import { Notifications } from './notifications.service.js';
import { Outbox } from './outbox.service.js';

/** Mails to root users. Every feature that changes how they sign in sends some. */
@Global()
@Module({ providers: [Mailer, Outbox, MailSender, Notifications], exports: [Outbox, Notifications] })
export class MailModule {}
