import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { shareMetrics } from '../worker-processes/shared-metrics.js';
import { Settings } from '../../kernel/config/settings.js';

/**
 * The metrics of this process. prom-client provides those of process, memory, garbage collection and event loop.
 *
 * INVARIANT: labels are names from the code (operations, verdicts, caches), never data of a request, so that their
 * number is known in advance and no tenant is visible in them.
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
