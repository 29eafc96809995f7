import { Module } from '@nestjs/common';
import { StsModule } from '../../sts/sts.module.js';
import { WorkloadEndpointController } from './workloads/workload-endpoint.controller.js';
import { IdentityTokens } from './workloads/identity-tokens.service.js';
import { WorkloadIssuerController } from './workloads/workload-issuer.controller.js';
import { WorkloadTokenStrategy } from './workloads/workload-token.strategy.js';
import { WorkloadSessions } from './workloads/workload-sessions.service.js';
import { WorkloadsController } from './workloads/workloads.controller.js';
import { WorkloadsService } from './workloads/workloads.service.js';
import { DecisionsModule } from '../decisions/decisions.module.js';
import { PassRoleChecksController } from './pass-role-checks.controller.js';
import { PassRoleChecks } from './pass-role-checks.service.js';
import { ServiceTrust } from './service-trust.service.js';
import { ServiceAccessKeysController } from './service-access-keys.controller.js';
import { ServiceAccessKeysService } from './service-access-keys.service.js';
import { ServicesController } from './services.controller.js';
import { ServicesService } from './services.service.js';
import { OperationsModule } from '../../operations/operations.module.js';
import { SecretsModule } from '../../kernel/secrets/secrets.module.js';
import { AccessModule } from '../../access/access.module.js';
import { AuditTrailModule } from '../../audit/trail/audit-trail.module.js';

/** The platform's services: their register, their access keys, and their workloads with customers' roles. */
@Module({
  imports: [AccessModule, AuditTrailModule, DecisionsModule, OperationsModule, SecretsModule, StsModule],
  controllers: [
    ServicesController,
    ServiceAccessKeysController,
    PassRoleChecksController,
    WorkloadsController,
    WorkloadEndpointController,
    WorkloadIssuerController,
  ],
  providers: [
    ServicesService,
    ServiceAccessKeysService,
    PassRoleChecks,
    ServiceTrust,
    WorkloadsService,
    WorkloadSessions,
    WorkloadTokenStrategy,
    IdentityTokens,
  ],
})
export class ServicesModule {}
