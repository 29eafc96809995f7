import { Module } from '@nestjs/common';
import { DelegationRequestsController } from './delegation-requests.controller.js';
import { DelegationRequestsService } from './delegation-requests.service.js';
import { RequestedPermissions } from './requested-permissions.service.js';

@Module({
  controllers: [DelegationRequestsController],
  providers: [DelegationRequestsService, RequestedPermissions],
})
export class DelegationModule {}
