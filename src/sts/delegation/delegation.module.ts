import { Module } from '@nestjs/common';
import { DelegatedAccessController } from './delegated-access.controller.js';
import { DelegatedAccess } from './delegated-access.service.js';
import { DelegationRequestsController } from './delegation-requests.controller.js';
import { DelegationRequestsService } from './delegation-requests.service.js';
import { RequestedPermissions } from './requested-permissions.service.js';
import { SecretsModule } from '../../kernel/secrets/secrets.module.js';
import { AccessModule } from '../../access/access.module.js';
import { AuditTrailModule } from '../../audit/trail/audit-trail.module.js';

@Module({
  imports: [AccessModule, AuditTrailModule, SecretsModule],
  controllers: [DelegationRequestsController, DelegatedAccessController],
  providers: [DelegationRequestsService, RequestedPermissions, DelegatedAccess],
})
export class DelegationModule {}
