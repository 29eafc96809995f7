import { Module } from '@nestjs/common';
import { PoliciesModule } from '../../iam/policies/policies.module.js';
import { ResourcePoliciesController } from './resource-policies.controller.js';
import { ResourcePoliciesService } from './resource-policies.service.js';
import { ResourcePolicyDirectory } from './resource-policy-directory.service.js';
import { AccessModule } from '../../access/access.module.js';

@Module({
  imports: [AccessModule, PoliciesModule],
  controllers: [ResourcePoliciesController],
  providers: [ResourcePoliciesService, ResourcePolicyDirectory],
  exports: [ResourcePolicyDirectory],
})
export class ResourcePoliciesModule {}
