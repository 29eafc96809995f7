import { z } from 'zod';
import { groupName, iamName, newPath, path, pathPrefix, userName } from '../../kernel/iam-names.schema.js';
import { pagingInput, pagingOutput } from '../../kernel/paging/paging.js';
import { user } from '../users/users.schema.js';

/** Source: IAM API reference, data type `Group`. */
export const group = z
  .object({
    path: z.string(),
    groupName: z.string(),
    groupId: z.string(),
    arn: z.string(),
    createDate: z.date(),
  })
  .meta({ id: 'Group' });

export const createGroupInput = z.strictObject({ groupName, path: path.optional() });
export const groupOutput = z.object({ group });
export const getGroupInput = z.strictObject({ groupName, ...pagingInput });
export const getGroupOutput = z.object({ group, users: z.array(user), ...pagingOutput });
export const listGroupsInput = z.strictObject({ pathPrefix: pathPrefix.optional(), ...pagingInput });
export const listGroupsOutput = z.object({ groups: z.array(group), ...pagingOutput });
export const updateGroupInput = z.strictObject({
  groupName,
  newGroupName: iamName('newGroupName', 128).optional(),
  newPath: newPath.optional(),
});
export const groupNameInput = z.strictObject({ groupName });
export const membershipInput = z.strictObject({ groupName, userName });
export const listGroupsForUserInput = z.strictObject({ userName, ...pagingInput });
