import { Module } from '@nestjs/common';
import { MfaModule } from '../mfa/mfa.module.js';
import { AssumeRoleController } from './assume-role.controller.js';
import { AssumeRoleService } from './assume-role.service.js';
import { LongTermSessionsService } from './long-term-sessions.service.js';
import { SecondFactor } from './second-factor.service.js';
import { SessionTokensController } from './session-tokens.controller.js';
import { StsController } from './sts.controller.js';

@Module({
  imports: [MfaModule],
  controllers: [StsController, AssumeRoleController, SessionTokensController],
  providers: [AssumeRoleService, LongTermSessionsService, SecondFactor],
})
export class StsModule {}
