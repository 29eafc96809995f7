import { z } from 'zod';
import { arn, pathPrefix } from '../../kernel/iam-names.schema.js';
import { pagingInput, pagingOutput } from '../../kernel/paging/paging.js';

export const policyUsageFilter = z.enum(['PermissionsPolicy', 'PermissionsBoundary']);

export const listEntitiesForPolicyInput = z.strictObject({
  policyArn: arn,
  /** Policies cannot be attached to policies: with these types the lists are empty, as on AWS. */
  entityFilter: z.enum(['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy']).optional(),
  pathPrefix: pathPrefix.optional(),
  policyUsageFilter: policyUsageFilter.optional(),
  ...pagingInput,
});

/** Source: IAM API reference, data types `PolicyGroup`, `PolicyUser`, `PolicyRole`. */
export const listEntitiesForPolicyOutput = z.object({
  policyGroups: z.array(z.object({ groupName: z.string(), groupId: z.string() }).meta({ id: 'PolicyGroup' })),
  policyUsers: z.array(z.object({ userName: z.string(), userId: z.string() }).meta({ id: 'PolicyUser' })),
  policyRoles: z.array(z.object({ roleName: z.string(), roleId: z.string() }).meta({ id: 'PolicyRole' })),
  ...pagingOutput,
});
