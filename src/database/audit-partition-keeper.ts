import { Logger } from '@nestjs/common';
import type pg from 'pg';
import { maintainAuditPartitions } from './audit-partitions.js';

const MILLISECONDS_BETWEEN_TURNS = 6 * 60 * 60 * 1000;

/** Keeps the audit log's partitions in order: at start, and from time to time. */
export class AuditPartitionKeeper {
  readonly #logger = new Logger('AuditPartitions');
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  /**
   * @param login the owner of the tables
   * @param monthsKept as of `maintainAuditPartitions`
   */
  constructor(
    private readonly login: pg.ClientConfig,
    private readonly monthsKept: number,
  ) {}

  start(): void {
    this.#timer = setInterval(() => this.#takeTurn(), MILLISECONDS_BETWEEN_TURNS).unref();
    this.#takeTurn();
  }

  /** Waits for a turn that is being taken. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  #takeTurn(): void {
    this.#running = maintainAuditPartitions(this.login, this.monthsKept).then(
      (dropped) => {
        for (const name of dropped) this.#logger.log(`Dropped ${name}: its retention is over`);
      },
      (error: unknown) => this.#logger.error({ err: error }, 'the partitions of the audit log were not maintained'),
    );
  }
}
