import { Global, Module } from '@nestjs/common';
import { AuditPartitionKeeper } from './partition-keeper.js';
import { AuditTrail } from './audit-trail.js';
import { ChainSeals } from './chain-seals.js';

/** Writing the audit log. */
@Global()
@Module({
  providers: [AuditTrail, AuditPartitionKeeper, ChainSeals],
  exports: [AuditTrail, ChainSeals],
})
export class AuditTrailModule {}
