import { Module } from '@nestjs/common';
import { RefreshTokens } from './refresh-tokens.service.js';
import { RevocationsController } from './revocations.controller.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsService } from './sessions.service.js';

@Module({
  controllers: [SessionsController, RevocationsController],
  providers: [SessionsService, RefreshTokens],
  exports: [SessionsService],
})
export class SessionsModule {}
