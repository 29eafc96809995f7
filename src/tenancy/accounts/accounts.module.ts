import { Module } from '@nestjs/common';
import { PasswordPolicyModule } from '../../iam/password-policy/password-policy.module.js';
import { ThrottlingModule } from '../../kernel/throttling/throttling.module.js';
import { AccountAliasesService } from './account-aliases.service.js';
import { AccountContactsController } from './account-contacts.controller.js';
import { AccountContactsService } from './account-contacts.service.js';
import { AccountLifeController } from './account-life.controller.js';
import { AccountLifeService } from './account-life.service.js';
import { AccountPurgeService } from './account-purge.service.js';
import { AccountsController } from './accounts.controller.js';
import { AccountsService } from './accounts.service.js';
import { EmailConfirmations } from './email-confirmations.service.js';
import { ManagementAccountService } from './management-account.service.js';
import { UnlockRootUserController } from './unlock-root-user.controller.js';
import { AuditTrailModule } from '../../audit/trail/audit-trail.module.js';
import { MailModule } from '../../kernel/mail/mail.module.js';
import { ClockModule } from '../../kernel/clock/clock.module.js';
import { BackgroundModule } from '../../kernel/background/background.module.js';

@Module({
  imports: [AuditTrailModule, BackgroundModule, ClockModule, MailModule, PasswordPolicyModule, ThrottlingModule],
  controllers: [AccountsController, AccountLifeController, AccountContactsController, UnlockRootUserController],
  providers: [
    AccountsService,
    AccountAliasesService,
    AccountContactsService,
    AccountLifeService,
    AccountPurgeService,
    EmailConfirmations,
    ManagementAccountService,
  ],
  exports: [AccountsService, EmailConfirmations, ManagementAccountService],
})
export class AccountsModule {}
