import { Module } from '@nestjs/common';
import { AttachmentsService } from './attachments.service.js';
import { identityPoliciesController } from './identity-policies.controller.js';
import { InlinePoliciesService } from './inline-policies.service.js';
import { PoliciesController } from './policies.controller.js';
import { PoliciesService } from './policies.service.js';
import { PolicyVersionsService } from './policy-versions.service.js';

@Module({
  controllers: [PoliciesController, ...(['user', 'group', 'role'] as const).map(identityPoliciesController)],
  providers: [PoliciesService, PolicyVersionsService, AttachmentsService, InlinePoliciesService],
})
export class PoliciesModule {}
