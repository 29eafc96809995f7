import { Module } from '@nestjs/common';
import { RefreshTokenStrategy } from './refresh-token.strategy.js';
import { RefreshTokens } from './refresh-tokens.service.js';
import { RevocationsController } from './revocations.controller.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsService } from './sessions.service.js';
import { AccessModule } from '../../access/access.module.js';
import { AuditTrailModule } from '../../audit/trail/audit-trail.module.js';
import { SecretsModule } from '../../kernel/secrets/secrets.module.js';
import { ClockModule } from '../../kernel/clock/clock.module.js';

@Module({
  imports: [AccessModule, AuditTrailModule, ClockModule, SecretsModule],
  controllers: [SessionsController, RevocationsController],
  providers: [SessionsService, RefreshTokens, RefreshTokenStrategy],
  exports: [SessionsService],
})
export class SessionsModule {}
