import cluster from 'node:cluster';
import type { ManagementAccount } from '../../tenancy/accounts/management-account.service.js';

/** A worker process listens. */
export interface ReadyMessage {
  readonly ready: ManagementAccount;
}

/** A worker process was asked for the metrics of all processes. */
export interface MetricsQuestion {
  readonly metricsFor: number;
}

export interface MetricsAnswer extends MetricsQuestion {
  readonly text: string;
}

/** Sends a message to the parent process, if there is one. */
export function tellPrimary(message: ReadyMessage | MetricsQuestion): void {
  if (cluster.isWorker) process.send!(message);
}
