import { Module } from '@nestjs/common';
import { AccessAdvisorController } from './access-advisor.controller.js';
import { AccessJobsService } from './access-jobs.service.js';
import { GrantingPoliciesService } from './granting-policies.service.js';
import { LeastPrivilegeService } from './least-privilege.service.js';
import { OperationsModule } from '../../operations/operations.module.js';
import { ClockModule } from '../../kernel/clock/clock.module.js';

@Module({
  imports: [ClockModule, OperationsModule],
  controllers: [AccessAdvisorController],
  providers: [AccessJobsService, GrantingPoliciesService, LeastPrivilegeService],
})
export class AccessAdvisorModule {}
