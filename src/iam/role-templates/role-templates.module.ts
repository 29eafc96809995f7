import { Module } from '@nestjs/common';
import { PoliciesModule } from '../policies/policies.module.js';
import { RolesModule } from '../roles/roles.module.js';
import { AcquireRoleService } from './acquire-role.service.js';
import { RoleTemplatesController } from './role-templates.controller.js';
import { RoleTemplatesService } from './role-templates.service.js';

@Module({
  imports: [PoliciesModule, RolesModule],
  controllers: [RoleTemplatesController],
  providers: [RoleTemplatesService, AcquireRoleService],
})
export class RoleTemplatesModule {}
