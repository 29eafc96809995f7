import { Module } from '@nestjs/common';
import { AccountSettingsModule } from '../account-settings/account-settings.module.js';
import { AccessFacts } from './access-facts.service.js';
import { AccessReportsController } from './access-reports.controller.js';
import { AccessReportsService } from './access-reports.service.js';
import { OrganizationFeaturesController } from './organization-features.controller.js';
import { OrganizationService } from './organization.service.js';
import { ClockModule } from '../../kernel/clock/clock.module.js';
import { BackgroundModule } from '../../kernel/background/background.module.js';

@Module({
  imports: [AccountSettingsModule, BackgroundModule, ClockModule],
  controllers: [OrganizationFeaturesController, AccessReportsController],
  providers: [OrganizationService, AccessReportsService, AccessFacts],
  exports: [OrganizationService],
})
export class OrganizationModule {}
