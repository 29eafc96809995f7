import { Module } from '@nestjs/common';
import { AuditPartitionKeeper } from './partition-keeper.js';
import { AuditTrail } from './audit-trail.js';
import { ChainSeals } from './chain-seals.js';
import { SecretsModule } from '../../kernel/secrets/secrets.module.js';
import { BackgroundModule } from '../../kernel/background/background.module.js';

/** Writing the audit log. */
@Module({
  imports: [BackgroundModule, SecretsModule],
  providers: [AuditTrail, AuditPartitionKeeper, ChainSeals],
  exports: [AuditTrail, ChainSeals],
})
export class AuditTrailModule {}
