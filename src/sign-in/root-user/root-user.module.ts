import { Module } from '@nestjs/common';
import { AccountsModule } from '../../tenancy/accounts/accounts.module.js';
import { PasswordPolicyModule } from '../../iam/password-policy/password-policy.module.js';
import { ThrottlingModule } from '../../kernel/throttling/throttling.module.js';
import { ConfirmEmailService } from './confirm-email.service.js';
import { EmailConfirmationTokenStrategy } from './email-confirmation-token.strategy.js';
import { PasswordRecoveryTokenStrategy } from './password-recovery-token.strategy.js';
import { EmailConfirmationController } from './email-confirmation.controller.js';
import { PasswordRecoveryService } from './password-recovery.service.js';
import { RootUserAudit } from './root-user-audit.service.js';
import { RootUserController } from './root-user.controller.js';
import { RootUserService } from './root-user.service.js';
import { MailModule } from '../../kernel/mail/mail.module.js';
import { AuditTrailModule } from '../../audit/trail/audit-trail.module.js';
import { BackgroundModule } from '../../kernel/background/background.module.js';

@Module({
  imports: [AccountsModule, AuditTrailModule, BackgroundModule, MailModule, PasswordPolicyModule, ThrottlingModule],
  controllers: [RootUserController, EmailConfirmationController],
  providers: [
    RootUserService,
    ConfirmEmailService,
    PasswordRecoveryService,
    RootUserAudit,
    EmailConfirmationTokenStrategy,
    PasswordRecoveryTokenStrategy,
  ],
  exports: [ConfirmEmailService],
})
export class RootUserModule {}
