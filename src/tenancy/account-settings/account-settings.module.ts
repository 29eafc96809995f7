import { Module } from '@nestjs/common';
import { AccountPropertiesService } from './account-properties.service.js';
import { AccountSettingsController } from './account-settings.controller.js';
import { AccountSettingsService } from './account-settings.service.js';
import { OutboundFederationController } from './outbound-federation.controller.js';
import { SignInSettingsController } from './sign-in-settings.controller.js';
import { OutboundFederationService } from './outbound-federation.service.js';

@Module({
  controllers: [AccountSettingsController, OutboundFederationController, SignInSettingsController],
  providers: [AccountSettingsService, AccountPropertiesService, OutboundFederationService],
  exports: [AccountSettingsService, OutboundFederationService],
})
export class AccountSettingsModule {}
