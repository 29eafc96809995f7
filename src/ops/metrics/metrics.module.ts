import { Module } from '@nestjs/common';
import { CallMetrics } from './call-metrics.js';
import { MetricsController } from './metrics.controller.js';
import { MetricsRegistry } from './metrics-registry.js';
import { StateMetrics } from './state-metrics.js';
import { AccessModule } from '../../access/access.module.js';

/** Metrics of the process, for Prometheus. */
@Module({
  imports: [AccessModule],
  controllers: [MetricsController],
  providers: [MetricsRegistry, CallMetrics, StateMetrics],
})
export class MetricsModule {}
