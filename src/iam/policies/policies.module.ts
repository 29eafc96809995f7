import { Module } from '@nestjs/common';
import { iamArn } from '../../kernel/arn.js';
import { arn } from '../../kernel/iam-names.schema.js';
import { tagsColumn } from '../../kernel/tags.js';
import { tagsController } from '../tags/tags.controller.js';
import { TagsModule } from '../tags/tags.module.js';
import { AttachmentsService } from './attachments.service.js';
import { boundariesController } from './boundaries.controller.js';
import { BoundariesService } from './boundaries.service.js';
import { CurrentPrincipals } from './current-principals.service.js';
import { identityPoliciesController } from './identity-policies.controller.js';
import { InlinePoliciesService } from './inline-policies.service.js';
import { PoliciesController } from './policies.controller.js';
import { PoliciesService } from './policies.service.js';
import { PolicyEntitiesController } from './policy-entities.controller.js';
import { PolicyEntitiesService } from './policy-entities.service.js';
import { PolicyPrincipals } from './policy-principals.service.js';
import { PolicyVersionsService } from './policy-versions.service.js';
import { locateOwnPolicy } from './policy.target.js';

@Module({
  imports: [TagsModule],
  controllers: [
    PoliciesController,
    PolicyEntitiesController,
    ...(['user', 'group', 'role'] as const).map(identityPoliciesController),
    ...(['user', 'role'] as const).map(boundariesController),
    tagsController({
      title: 'Policy',
      caseSensitive: true,
      member: 'policyArn',
      schema: arn,
      route: '/v1/policies/tags',
      resourceType: 'policy',
      search: async ({ tx, accountId, partition }, { where, after, take }) => {
        const rows = await tx.managedPolicy.findMany({
          where: { accountId, policyId: { gt: after }, ...where },
          orderBy: { policyId: 'asc' },
          take,
        });
        return rows.map((row) => ({
          key: row.policyId,
          arn: iamArn(partition, accountId, 'policy', row.path, row.name),
          tags: tagsColumn.read(row.tags),
        }));
      },
      locate: locateOwnPolicy,
      save: (tx, { accountId, policyId }, tags) =>
        tx.managedPolicy.update({ where: { accountId_policyId: { accountId, policyId } }, data: { tags } }),
    }),
  ],
  providers: [
    PolicyPrincipals,
    CurrentPrincipals,
    PoliciesService,
    PolicyVersionsService,
    AttachmentsService,
    InlinePoliciesService,
    BoundariesService,
    PolicyEntitiesService,
  ],
  exports: [PolicyPrincipals, CurrentPrincipals, AttachmentsService, InlinePoliciesService, BoundariesService],
})
export class PoliciesModule {}
