import { Module } from '@nestjs/common';
import { AccessKeysController } from './access-keys.controller.js';
import { AccessKeysService } from './access-keys.service.js';
import { SecretsModule } from '../../kernel/secrets/secrets.module.js';
import { MailModule } from '../../kernel/mail/mail.module.js';

@Module({ imports: [MailModule, SecretsModule], controllers: [AccessKeysController], providers: [AccessKeysService] })
export class AccessKeysModule {}
