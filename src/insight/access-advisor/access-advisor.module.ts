import { Module } from '@nestjs/common';
import { AccessAdvisorController } from './access-advisor.controller.js';
import { AccessJobsService } from './access-jobs.service.js';
import { GrantingPoliciesService } from './granting-policies.service.js';
import { LeastPrivilegeService } from './least-privilege.service.js';

@Module({
  controllers: [AccessAdvisorController],
  providers: [AccessJobsService, GrantingPoliciesService, LeastPrivilegeService],
})
export class AccessAdvisorModule {}
