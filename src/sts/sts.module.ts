import { Module } from '@nestjs/common';
import { AssumeRoleController } from './assume-role.controller.js';
import { RoleSessions } from './role-sessions.service.js';
import { LongTermSessionsService } from './long-term-sessions.service.js';
import { SessionTokensController } from './session-tokens.controller.js';
import { StsController } from './sts.controller.js';

@Module({
  controllers: [StsController, AssumeRoleController, SessionTokensController],
  providers: [RoleSessions, LongTermSessionsService],
  exports: [RoleSessions],
})
export class StsModule {}
