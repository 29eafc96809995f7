import { Module } from '@nestjs/common';
import { ActionSearchService } from './action-search.service.js';
import { AuthorizeService } from './authorize.service.js';
import { DecisionsController } from './decisions.controller.js';
import { EvaluationService } from './evaluation.service.js';
import { EvaluationsService } from './evaluations.service.js';
import { MetadataController } from './metadata.controller.js';
import { SubjectSearchService } from './subject-search.service.js';
import { SubjectService } from './subject.service.js';

@Module({
  controllers: [DecisionsController, MetadataController],
  providers: [
    ActionSearchService,
    AuthorizeService,
    EvaluationService,
    EvaluationsService,
    SubjectSearchService,
    SubjectService,
  ],
  exports: [AuthorizeService, EvaluationService],
})
export class DecisionsModule {}
