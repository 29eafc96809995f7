import { Module } from '@nestjs/common';
import { IdentitiesModule } from '../resources/identities.module.js';
import { GroupsController } from './groups.controller.js';
import { GroupsService } from './groups.service.js';
import { MembershipsService } from './memberships.service.js';

@Module({
  imports: [IdentitiesModule],
  controllers: [GroupsController],
  providers: [GroupsService, MembershipsService],
})
export class GroupsModule {}
