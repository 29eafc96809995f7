import { Module } from '@nestjs/common';
import { ThrottlingModule } from '../../kernel/throttling/throttling.module.js';
import { NewPasswords } from './new-passwords.service.js';
import { OwnPasswords } from './own-passwords.service.js';
import { PasswordPoliciesService } from './password-policies.service.js';
import { PasswordPolicyController } from './password-policy.controller.js';
import { SecretsModule } from '../../kernel/secrets/secrets.module.js';
import { MailModule } from '../../kernel/mail/mail.module.js';

@Module({
  imports: [MailModule, SecretsModule, ThrottlingModule],
  controllers: [PasswordPolicyController],
  providers: [PasswordPoliciesService, NewPasswords, OwnPasswords],
  exports: [PasswordPoliciesService, NewPasswords, OwnPasswords],
})
export class PasswordPolicyModule {}
