import { Module } from '@nestjs/common';
import { DecisionsController } from './decisions.controller.js';
import { EvaluationService } from './evaluation.service.js';
import { SubjectService } from './subject.service.js';

@Module({ controllers: [DecisionsController], providers: [EvaluationService, SubjectService] })
export class DecisionsModule {}
