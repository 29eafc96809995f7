import { z } from 'zod';
import { instanceProfileName, path, pathPrefix, roleName } from '../../kernel/iam-names.schema.js';
import { pagingInput, pagingOutput } from '../../kernel/paging/paging.js';
import { tag, tagList } from '../../kernel/tags.js';
import { briefRole } from '../roles/roles.schema.js';

/** Source: IAM API reference, data type `InstanceProfile`. */
export const instanceProfile = z
  .object({
    path: z.string(),
    instanceProfileName: z.string(),
    instanceProfileId: z.string(),
    arn: z.string(),
    createDate: z.date(),
    /** One at most. */
    roles: z.array(briefRole),
    tags: z.array(tag).optional(),
  })
  .meta({ id: 'InstanceProfile' });

export const createInstanceProfileInput = z.strictObject({
  instanceProfileName,
  path: path.optional(),
  tags: tagList.optional(),
});
export const instanceProfileOutput = z.object({ instanceProfile });
export const instanceProfileNameInput = z.strictObject({ instanceProfileName });
export const listInstanceProfilesInput = z.strictObject({ pathPrefix: pathPrefix.optional(), ...pagingInput });
export const listInstanceProfilesForRoleInput = z.strictObject({ roleName, ...pagingInput });
export const listInstanceProfilesOutput = z.object({ instanceProfiles: z.array(instanceProfile), ...pagingOutput });
export const roleInInstanceProfileInput = z.strictObject({ instanceProfileName, roleName });
