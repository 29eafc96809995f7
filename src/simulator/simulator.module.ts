import { Module } from '@nestjs/common';
import { PrincipalSourceService } from './principal-source.service.js';
import { SimulatorController } from './simulator.controller.js';
import { SimulatorService } from './simulator.service.js';

@Module({ controllers: [SimulatorController], providers: [SimulatorService, PrincipalSourceService] })
export class SimulatorModule {}
