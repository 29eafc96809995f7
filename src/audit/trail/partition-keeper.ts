import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Background } from '../../kernel/background/background.service.js';
import { Settings } from '../../kernel/config/settings.js';
import { DatabaseOwner } from '../../kernel/database/database-owner.js';
import { ChainSeals } from './chain-seals.js';
import { maintainAuditPartitions } from './retention.js';

const MILLISECONDS_BETWEEN_TURNS = 6 * 60 * 60 * 1000;

/** Maintains the partitions of the audit log: at startup, and periodically. */
@Injectable()
export class AuditPartitionKeeper implements OnApplicationBootstrap {
  private readonly logger = new Logger('AuditPartitions');

  constructor(
    private readonly owner: DatabaseOwner,
    private readonly settings: Settings,
    private readonly seals: ChainSeals,
    private readonly background: Background,
  ) {}

  onApplicationBootstrap(): void {
    this.background.periodic({
      name: 'AuditPartitions',
      interval: MILLISECONDS_BETWEEN_TURNS,
      run: () => this.takeTurn(),
      failure: 'the partitions of the audit log were not maintained',
      level: 'error',
    });
  }

  private async takeTurn(): Promise<void> {
    const dropped = await maintainAuditPartitions(this.owner.login, this.settings.auditRetentionMonths, this.seals);
    for (const name of dropped) this.logger.log(`Dropped ${name}: its retention period has expired`);
  }
}
