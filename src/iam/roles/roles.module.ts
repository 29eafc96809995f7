import { Module } from '@nestjs/common';
import { roleName } from '../../kernel/iam-names.schema.js';
import { IdentitiesModule } from '../resources/identities.module.js';
import { identityTags } from '../resources/identity-tags.js';
import { PoliciesModule } from '../policies/policies.module.js';
import { tagsController } from '../tags/tags.controller.js';
import { TagsModule } from '../tags/tags.module.js';
import { RolesController } from './roles.controller.js';
import { RolesService } from './roles.service.js';
import { ServiceLinkedRolesController } from './service-linked-roles.controller.js';
import { ServiceLinkedRolesService } from './service-linked-roles.service.js';
import { TrustPoliciesService } from './trust-policies.service.js';

@Module({
  imports: [IdentitiesModule, PoliciesModule, TagsModule],
  controllers: [
    RolesController,
    ServiceLinkedRolesController,
    tagsController({
      title: 'Role',
      member: 'roleName',
      schema: roleName,
      route: '/v1/roles/:roleName/tags',
      ...identityTags('role'),
    }),
  ],
  providers: [RolesService, ServiceLinkedRolesService, TrustPoliciesService],
  exports: [RolesService],
})
export class RolesModule {}
