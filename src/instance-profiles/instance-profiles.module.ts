import { Module } from '@nestjs/common';
import { instanceProfileName } from '../common/iam-names.schema.js';
import { tagsController } from '../tags/tags.controller.js';
import { locateInstanceProfile } from './instance-profile.target.js';
import { InstanceProfilesController } from './instance-profiles.controller.js';
import { InstanceProfilesService } from './instance-profiles.service.js';

@Module({
  controllers: [
    InstanceProfilesController,
    tagsController({
      title: 'InstanceProfile',
      member: 'instanceProfileName',
      schema: instanceProfileName,
      route: '/v1/instance-profiles/:instanceProfileName/tags',
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
