import { Module } from '@nestjs/common';
import { ArnTemplates } from './arn-templates.service.js';
import { PrincipalSourceService } from './principal-source.service.js';
import { SimulatorController } from './simulator.controller.js';
import { SimulatorService } from './simulator.service.js';

@Module({ controllers: [SimulatorController], providers: [SimulatorService, PrincipalSourceService, ArnTemplates] })
export class SimulatorModule {}
