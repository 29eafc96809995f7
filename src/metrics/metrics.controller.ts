import cluster from 'node:cluster';
import { Controller, Get, Header, NotFoundException } from '@nestjs/common';
import { Registry } from 'prom-client';
import { Public } from '../access/operations/operation.decorator.js';
import { Settings } from '../config/settings.js';
import { metricsOfAll } from '../worker-processes/shared-metrics.js';
import { MetricsRegistry } from './metrics-registry.js';

@Controller()
export class MetricsController {
  constructor(
    private readonly metrics: MetricsRegistry,
    private readonly settings: Settings,
  ) {}

  /** Prometheus' text format. Public on purpose, as the probes are: no tenant shows in it. */
  @Public()
  @Get('/metrics')
  @Header('content-type', Registry.PROMETHEUS_CONTENT_TYPE)
  text(): Promise<string> {
    if (!this.settings.metrics) throw new NotFoundException();
    return cluster.isWorker ? metricsOfAll() : this.metrics.registry.metrics();
  }
}
