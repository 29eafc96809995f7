import { Module } from '@nestjs/common';
import { PasswordPolicyModule } from '../../iam/password-policy/password-policy.module.js';
import { CredentialReportWriter } from './credential-report-writer.service.js';
import { CredentialReportsController } from './credential-reports.controller.js';
import { CredentialReportsService } from './credential-reports.service.js';
import { ClockModule } from '../../kernel/clock/clock.module.js';
import { BackgroundModule } from '../../kernel/background/background.module.js';

@Module({
  imports: [BackgroundModule, ClockModule, PasswordPolicyModule],
  controllers: [CredentialReportsController],
  providers: [CredentialReportsService, CredentialReportWriter],
})
export class ReportsModule {}
