import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Settings } from '../../kernel/config/settings.js';
import { DatabaseOwner } from '../../kernel/database/database-owner.js';
import { ChainSeals } from './chain-seals.js';
import { maintainAuditPartitions } from './retention.js';

const MILLISECONDS_BETWEEN_TURNS = 6 * 60 * 60 * 1000;

/** Keeps the audit log's partitions in order: at start, and from time to time. */
@Injectable()
export class AuditPartitionKeeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('AuditPartitions');
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly owner: DatabaseOwner,
    private readonly settings: Settings,
    private readonly seals: ChainSeals,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.takeTurn(), MILLISECONDS_BETWEEN_TURNS).unref();
    this.takeTurn();
  }

  /** Waits for a turn that is being taken. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  private takeTurn(): void {
    this.running = maintainAuditPartitions(this.owner.login, this.settings.auditRetentionMonths, this.seals).then(
      (dropped) => {
        for (const name of dropped) this.logger.log(`Dropped ${name}: its retention period has expired`);
      },
      (error: unknown) => this.logger.error({ err: error }, 'maintaining the partitions of the audit log failed'),
    );
  }
}
