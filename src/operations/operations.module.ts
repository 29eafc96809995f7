import { Module } from '@nestjs/common';
import { DiscoveryModule, MetadataScanner } from '@nestjs/core';
import { AccessModule } from '../access/access.module.js';
import { AuditTrailModule } from '../audit/trail/audit-trail.module.js';
import { OperationRegistry } from './operation-registry.js';
import { OperationPipeline } from './pipeline.js';
import { OperationSteps } from './operation-steps.service.js';
import { AttemptRecorder } from './attempt-recorder.service.js';
import { ExchangeSteps } from './exchange-steps.service.js';
import { ThrottlingModule } from '../kernel/throttling/throttling.module.js';
import { OperationRecorder } from './operation-recorder.js';
import { RememberedReads } from './remembered-reads.service.js';
import { ServiceCatalogue } from './service-catalogue.js';
import { ClockModule } from '../kernel/clock/clock.module.js';
import { BackgroundModule } from '../kernel/background/background.module.js';

/** Operations: their registry, their plans, and the pipeline. */
@Module({
  imports: [AccessModule, AuditTrailModule, BackgroundModule, ClockModule, DiscoveryModule, ThrottlingModule],
  providers: [
    MetadataScanner,
    OperationRegistry,
    OperationPipeline,
    OperationSteps,
    ExchangeSteps,
    AttemptRecorder,
    OperationRecorder,
    RememberedReads,
    ServiceCatalogue,
  ],
  exports: [OperationRegistry, OperationPipeline, ServiceCatalogue],
})
export class OperationsModule {}
