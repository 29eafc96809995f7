import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { PasswordPolicyModule } from '../password-policy/password-policy.module.js';
import { ThrottlingModule } from '../throttling/throttling.module.js';
import { PasswordRecoveryService } from './password-recovery.service.js';
import { RootUserAudit } from './root-user-audit.service.js';
import { RootUserController } from './root-user.controller.js';
import { RootUserService } from './root-user.service.js';

@Module({
  imports: [AccountsModule, PasswordPolicyModule, ThrottlingModule],
  controllers: [RootUserController],
  providers: [RootUserService, PasswordRecoveryService, RootUserAudit],
  exports: [PasswordRecoveryService],
})
export class RootUserModule {}
