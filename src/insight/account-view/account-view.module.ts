import { Module } from '@nestjs/common';
import { AccountSettingsModule } from '../../tenancy/account-settings/account-settings.module.js';
import { PoliciesModule } from '../../iam/policies/policies.module.js';
import { AccountSummaryService } from './account-summary.service.js';
import { AccountViewController } from './account-view.controller.js';
import { AuthorizationDetailsService } from './authorization-details.service.js';

@Module({
  imports: [AccountSettingsModule, PoliciesModule],
  controllers: [AccountViewController],
  providers: [AccountSummaryService, AuthorizationDetailsService],
})
export class AccountViewModule {}
