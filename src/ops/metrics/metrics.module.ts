import { Module } from '@nestjs/common';
import { CallMetrics } from './call-metrics.js';
import { MetricsController } from './metrics.controller.js';
import { MetricsRegistry } from './metrics-registry.js';
import { StateMetrics } from './state-metrics.js';

/** What the process measures of itself, for Prometheus. */
@Module({ controllers: [MetricsController], providers: [MetricsRegistry, CallMetrics, StateMetrics] })
export class MetricsModule {}
