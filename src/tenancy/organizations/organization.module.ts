import { Module } from '@nestjs/common';
import { AccountSettingsModule } from '../account-settings/account-settings.module.js';
import { AccessFacts } from './access-facts.service.js';
import { AccessReportsController } from './access-reports.controller.js';
import { AccessReportsService } from './access-reports.service.js';
import { OrganizationFeaturesController } from './organization-features.controller.js';
import { OrganizationService } from './organization.service.js';

@Module({
  imports: [AccountSettingsModule],
  controllers: [OrganizationFeaturesController, AccessReportsController],
  providers: [OrganizationService, AccessReportsService, AccessFacts],
  exports: [OrganizationService],
})
export class OrganizationModule {}
