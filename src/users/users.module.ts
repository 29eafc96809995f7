import { Module } from '@nestjs/common';
import { IdentitiesModule } from '../identities/identities.module.js';
import { LoginProfilesController } from './login-profiles.controller.js';
import { LoginProfilesService } from './login-profiles.service.js';
import { UsersController } from './users.controller.js';
import { UsersService } from './users.service.js';

@Module({
  controllers: [UsersController, LoginProfilesController],
  imports: [IdentitiesModule],
  providers: [UsersService, LoginProfilesService],
  exports: [UsersService],
})
export class UsersModule {}
