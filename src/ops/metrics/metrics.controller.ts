import cluster from 'node:cluster';
import { Controller, Get, Header, NotFoundException, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Registry } from 'prom-client';
import { Public } from '../../access/actions/public.decorator.js';
import { Settings } from '../../kernel/config/settings.js';
import { metricsOfAll } from '../worker-processes/shared-metrics.js';
import { requireScraper } from './scrapers.js';
import { MetricsRegistry } from './metrics-registry.js';

@Controller()
export class MetricsController {
  constructor(
    private readonly metrics: MetricsRegistry,
    private readonly settings: Settings,
  ) {}

  /** Prometheus' text format, for callers that `requireScraper` admits: docs/decisions/0035-metrics-and-api-page.md. */
  @Public()
  @Get('/metrics')
  @Header('content-type', Registry.PROMETHEUS_CONTENT_TYPE)
  text(@Req() request: FastifyRequest): Promise<string> {
    if (!this.settings.metrics) throw new NotFoundException();
    requireScraper(request, this.settings.metricsToken);
    return cluster.isWorker ? metricsOfAll() : this.metrics.registry.metrics();
  }
}
