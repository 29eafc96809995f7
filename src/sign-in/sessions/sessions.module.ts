import { Module } from '@nestjs/common';
import { RefreshTokenStrategy } from './refresh-token.strategy.js';
import { RefreshTokens } from './refresh-tokens.service.js';
import { RevocationsController } from './revocations.controller.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsService } from './sessions.service.js';

@Module({
  controllers: [SessionsController, RevocationsController],
  providers: [SessionsService, RefreshTokens, RefreshTokenStrategy],
  exports: [SessionsService],
})
export class SessionsModule {}
