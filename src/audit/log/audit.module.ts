import { Module } from '@nestjs/common';
import { AuditController } from './audit.controller.js';
import { AuditExportService } from './audit-export.service.js';
import { AuditLogService } from './audit-log.service.js';
import { ChainVerifier } from '../verification/chain-verifier.service.js';
import { CloudTrailController } from './cloudtrail.controller.js';
import { AuditTrailModule } from '../trail/audit-trail.module.js';

/** Reading, verifying and exporting the audit log. `src/audit/trail` writes it. */
@Module({
  imports: [AuditTrailModule],
  controllers: [AuditController, CloudTrailController],
  providers: [AuditLogService, AuditExportService, ChainVerifier],
})
export class AuditModule {}
