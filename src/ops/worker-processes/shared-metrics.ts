import cluster from 'node:cluster';
import { AggregatorRegistry, type Registry } from 'prom-client';
import { type MetricsAnswer, tellPrimary } from './messages.js';

/** Milliseconds. */
const LONGEST_WAIT = 10_000;

let questions = 0;

/** Makes the metrics available to the other worker processes. Call it once. */
export function shareMetrics(registry: Registry): void {
  if (!cluster.isWorker) return;
  AggregatorRegistry.setRegistries(registry);
  // Answers the primary's requests from now on.
  new AggregatorRegistry();
}

/**
 * The aggregated metrics of all worker processes.
 *
 * @throws Error if the primary process does not respond in time
 */
export function metricsOfAll(): Promise<string> {
  const metricsFor = (questions += 1);
  return new Promise((resolve, reject) => {
    const listener = (message: Partial<MetricsAnswer>) => {
      if (message.metricsFor !== metricsFor) return;
      stop();
      resolve(message.text ?? '');
    };
    const timer = setTimeout(() => {
      stop();
      reject(new Error('The metrics of the worker processes did not arrive in time'));
    }, LONGEST_WAIT);
    const stop = () => {
      clearTimeout(timer);
      process.off('message', listener);
    };
    process.on('message', listener);
    tellPrimary({ metricsFor });
  });
}
