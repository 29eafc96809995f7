import { z } from 'zod';
import { arn, iamName, newPath, newUserName, path, pathPrefix, userName } from '../../kernel/iam-names.schema.js';
import { pagingInput, pagingOutput } from '../../kernel/paging/paging.js';
import { tag, tagList } from '../../kernel/tags.js';

/** Source: IAM API reference, data type `User`. The root user has neither path nor name. */
export const user = z
  .object({
    path: z.string().optional(),
    userName: z.string().optional(),
    userId: z.string(),
    arn: z.string(),
    createDate: z.date(),
    passwordLastUsed: z.date().optional(),
    permissionsBoundary: z
      .object({ permissionsBoundaryType: z.literal('Policy'), permissionsBoundaryArn: z.string() })
      .optional(),
    tags: z.array(tag).optional(),
  })
  .meta({ id: 'User' });

export const createUserInput = z.strictObject({
  userName: newUserName,
  path: path.optional(),
  permissionsBoundary: arn.optional(),
  tags: tagList.optional(),
});
export const userOutput = z.object({ user });
export const getUserInput = z.strictObject({ userName: userName.optional() });
export const listUsersInput = z.strictObject({ pathPrefix: pathPrefix.optional(), ...pagingInput });
export const listUsersOutput = z.object({ users: z.array(user), ...pagingOutput });
export const updateUserInput = z.strictObject({
  userName,
  newUserName: iamName('newUserName', 64).optional(),
  newPath: newPath.optional(),
});
export const userNameInput = z.strictObject({ userName });
