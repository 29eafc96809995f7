import { Module } from '@nestjs/common';
import { instanceProfileName } from '../../kernel/iam-names.schema.js';
import { tagsColumn } from '../../kernel/tags.js';
import { PoliciesModule } from '../policies/policies.module.js';
import { tagsController } from '../tags/tags.controller.js';
import { TagsModule } from '../tags/tags.module.js';
import { instanceProfileArn, locateInstanceProfile } from './instance-profile.target.js';
import { InstanceProfilesController } from './instance-profiles.controller.js';
import { InstanceProfilesService } from './instance-profiles.service.js';

@Module({
  imports: [PoliciesModule, TagsModule],
  controllers: [
    InstanceProfilesController,
    tagsController({
      title: 'InstanceProfile',
      member: 'instanceProfileName',
      schema: instanceProfileName,
      route: '/v1/instance-profiles/:instanceProfileName/tags',
      resourceType: 'instance-profile',
      search: async ({ tx, accountId, partition }, { where, after, take }) => {
        const rows = await tx.instanceProfile.findMany({
          where: { accountId, instanceProfileId: { gt: after }, ...where },
          orderBy: { instanceProfileId: 'asc' },
          take,
        });
        return rows.map((row) => ({
          key: row.instanceProfileId,
          arn: instanceProfileArn(row, partition),
          tags: tagsColumn.read(row.tags),
        }));
      },
      locate: locateInstanceProfile,
      save: (tx, { accountId, instanceProfileId }, tags) =>
        tx.instanceProfile.update({
          where: { accountId_instanceProfileId: { accountId, instanceProfileId } },
          data: { tags },
        }),
    }),
  ],
  providers: [InstanceProfilesService],
})
export class InstanceProfilesModule {}
