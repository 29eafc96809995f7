import { Module } from '@nestjs/common';
import { ActionSearchService } from './action-search.service.js';
import { AuthorizeService } from './authorize.service.js';
import { DecisionsController } from './decisions.controller.js';
import { EvaluationService } from './evaluation.service.js';
import { EvaluationsService } from './evaluations.service.js';
import { MetadataController } from './metadata.controller.js';
import { ResourcePoliciesModule } from '../resource-policies/resource-policies.module.js';
import { ResourceSearchService } from './resource-search.service.js';
import { SubjectSearchService } from './subject-search.service.js';
import { SubjectService } from './subject.service.js';
import { OperationsModule } from '../../operations/operations.module.js';
import { AccessModule } from '../../access/access.module.js';

@Module({
  imports: [AccessModule, OperationsModule, ResourcePoliciesModule],
  controllers: [DecisionsController, MetadataController],
  providers: [
    ActionSearchService,
    AuthorizeService,
    EvaluationService,
    EvaluationsService,
    ResourceSearchService,
    SubjectSearchService,
    SubjectService,
  ],
  exports: [AuthorizeService, EvaluationService],
})
export class DecisionsModule {}
