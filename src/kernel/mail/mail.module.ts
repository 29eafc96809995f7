import { Module } from '@nestjs/common';
import { MailSender } from './mail-sender.service.js';
import { Mailer } from './mailer.service.js';
import { Notifications } from './notifications.service.js';
import { Outbox } from './outbox.service.js';
import { SecretsModule } from '../secrets/secrets.module.js';
import { ClockModule } from '../clock/clock.module.js';
import { BackgroundModule } from '../background/background.module.js';

/** Mails to root users, sent by all features that change how they sign in. */
@Module({
  imports: [BackgroundModule, ClockModule, SecretsModule],
  providers: [Mailer, Outbox, MailSender, Notifications],
  exports: [Outbox, Notifications],
})
export class MailModule {}
