import { Module } from '@nestjs/common';
import { RefreshTokens } from './refresh-tokens.service.js';
import { RevocationsController } from './revocations.controller.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsService } from './sessions.service.js';
import { AccessModule } from '../../access/access.module.js';
import { AuditTrailModule } from '../../audit/trail/audit-trail.module.js';
import { SecretsModule } from '../../kernel/secrets/secrets.module.js';

@Module({
  imports: [AccessModule, AuditTrailModule, SecretsModule],
  controllers: [SessionsController, RevocationsController],
  providers: [SessionsService, RefreshTokens],
  exports: [SessionsService],
})
export class SessionsModule {}
