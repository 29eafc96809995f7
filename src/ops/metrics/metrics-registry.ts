import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { shareMetrics } from '../worker-processes/shared-metrics.js';
import { Settings } from '../../kernel/config/settings.js';

/**
 * The metrics of this process. Process, memory, garbage collection and event loop come with prom-client.
 *
 * INVARIANT: labels are names from the code (operations, verdicts, caches), never anything that a request carries, so
 * that their number is known beforehand and no tenant shows in them.
 */
@Injectable()
export class MetricsRegistry {
  readonly registry = new Registry();

  constructor({ metrics }: Settings) {
    if (!metrics) return;
    collectDefaultMetrics({ register: this.registry });
    shareMetrics(this.registry);
  }
}
