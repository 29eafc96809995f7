import { Module } from '@nestjs/common';
import { PlatformPoliciesController } from './platform-policies.controller.js';
import { PlatformPoliciesService } from './platform-policies.service.js';
import { PlatformPolicyVersions } from './platform-policy-versions.service.js';
import { ClockModule } from '../../kernel/clock/clock.module.js';

@Module({
  imports: [ClockModule],
  controllers: [PlatformPoliciesController],
  providers: [PlatformPoliciesService, PlatformPolicyVersions],
})
export class PlatformPoliciesModule {}
