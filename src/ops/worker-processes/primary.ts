import cluster, { type Worker } from 'node:cluster';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { AggregatorRegistry } from 'prom-client';
import type { ManagementAccount } from '../../tenancy/accounts/management-account.service.js';
import type { Settings } from '../../kernel/config/settings.js';
import { connectionsOf } from '../../kernel/database/connections.js';
import { EmbeddedPostgres } from '../../kernel/database/embedded/embedded-postgres.js';
import type { MetricsAnswer, MetricsQuestion, ReadyMessage } from './messages.js';

/** The server itself, not the script of `npm start`, which has prepared the checkout already. */
const WORKER_PROGRAM = fileURLToPath(new URL('../../main.js', import.meta.url));
/** Milliseconds before a worker that ended is restarted, so that one that cannot start does not loop. */
const REPLACED_AFTER = 1_000;

/**
 * Runs `WORKERS` server processes that listen on one port, and the embedded PostgreSQL for all of them. A worker that
 * ends is restarted. Resolves when all listen.
 */
export class Primary {
  private readonly metrics = new AggregatorRegistry();
  private readonly embedded: EmbeddedPostgres | undefined;
  private isStopping = false;

  constructor(
    private readonly settings: Settings,
    private readonly logger: Logger,
  ) {
    if (settings.databaseUrl) return;
    const connections = settings.workers * connectionsOf(settings);
    this.embedded = new EmbeddedPostgres(settings.dataDirectory, { max_connections: String(connections) });
  }

  /** @throws Error if the first worker cannot start; it has printed the reason */
  async start(): Promise<ManagementAccount> {
    await this.embedded?.start();
    // As with `npm start`: space for objects that live as long as a request, which makes garbage collection cheaper.
    cluster.setupPrimary({ exec: WORKER_PROGRAM, execArgv: [...process.execArgv, '--max-semi-space-size=32'] });
    // The first worker starts alone: it migrates the database, and creates the master key and the management account.
    const management = await this.fork();
    if (!management) {
      await this.embedded?.stop();
      throw new WorkerStartError();
    }
    const others = Array.from({ length: this.settings.workers - 1 }, () => this.fork());
    await Promise.all(others);
    cluster.on('exit', (worker, code, signal) => void this.replace(worker, code, signal));
    return management;
  }

  /** Lets every worker finish its requests, then stops the database. Call it after `start`. */
  async stop(): Promise<void> {
    this.isStopping = true;
    const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
    await Promise.all(workers.map(end));
    await this.embedded?.stop();
  }

  /** @returns undefined if it ended before it listened */
  private fork(): Promise<ManagementAccount | undefined> {
    const worker = cluster.fork({ PORT: String(this.settings.port) });
    worker.on('message', (message: Partial<MetricsQuestion>) => {
      if (message.metricsFor !== undefined) void this.answerMetrics(worker, message.metricsFor);
    });
    return new Promise((resolve) => {
      worker.once('exit', () => resolve(undefined));
      worker.on('message', (message: Partial<ReadyMessage>) => {
        if (message.ready) resolve(message.ready);
      });
    });
  }

  private async replace(worker: Worker, code: number | null, signal: string | null): Promise<void> {
    if (this.isStopping) return;
    this.logger.error({ pid: worker.process.pid, code, signal }, 'a worker process ended and is being replaced');
    await pause(REPLACED_AFTER);
    if (!this.isStopping) await this.fork();
  }

  private async answerMetrics(worker: Worker, metricsFor: number): Promise<void> {
    const text = await this.metrics.clusterMetrics().catch((error: unknown) => {
      this.logger.warn({ err: error }, 'the metrics of the worker processes could not be aggregated');
      return '';
    });
    if (worker.isConnected()) worker.send({ metricsFor, text } satisfies MetricsAnswer);
  }
}

async function end(worker: Worker): Promise<void> {
  if (worker.isDead()) return;
  const ended = new Promise((resolve) => worker.once('exit', resolve));
  worker.process.kill('SIGTERM');
  await ended;
}

/** The worker has written the reason to stderr. */
class WorkerStartError extends Error {
  override readonly name = 'WorkerStartError';

  constructor() {
    super('A worker process could not start for the reason above.');
  }
}
