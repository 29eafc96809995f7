import { z } from 'zod';
import { policyDocumentOutput } from '../../kernel/policy-document.schema.js';
import { pagingInput, pagingOutput } from '../../kernel/paging/paging.js';
import { tag } from '../../kernel/tags.js';
import { instanceProfile } from '../../iam/instance-profiles/instance-profiles.schema.js';
import { policy, policyVersion } from '../../iam/policies/policies.schema.js';

export const accountSummaryInput = z.strictObject({});
export const accountSummaryOutput = z.object({ summaryMap: z.record(z.string(), z.number()) });

/** Source: IAM API reference, `EntityType`. */
export const entityType = z.enum(['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy']);

export const authorizationDetailsInput = z.strictObject({
  filter: z.array(entityType).max(5).optional(),
  ...pagingInput,
});

const policyDetails = z.array(
  z.object({ policyName: z.string(), policyDocument: policyDocumentOutput('percent') }).meta({ id: 'PolicyDetail' }),
);
const attachedManagedPolicies = z.array(z.object({ policyName: z.string(), policyArn: z.string() }));
const permissionsBoundary = z
  .object({ permissionsBoundaryType: z.literal('Policy'), permissionsBoundaryArn: z.string() })
  .optional();
const common = { path: z.string(), arn: z.string(), createDate: z.date(), attachedManagedPolicies };

/** Source: IAM API reference, data type `UserDetail`. */
export const userDetail = z
  .object({
    ...common,
    userName: z.string(),
    userId: z.string(),
    userPolicyList: policyDetails,
    groupList: z.array(z.string()),
    permissionsBoundary,
    tags: z.array(tag),
  })
  .meta({ id: 'UserDetail' });

/** Source: IAM API reference, data type `GroupDetail`. */
export const groupDetail = z
  .object({ ...common, groupName: z.string(), groupId: z.string(), groupPolicyList: policyDetails })
  .meta({ id: 'GroupDetail' });

/** Source: IAM API reference, data type `RoleDetail`. */
export const roleDetail = z
  .object({
    ...common,
    roleName: z.string(),
    roleId: z.string(),
    assumeRolePolicyDocument: policyDocumentOutput('percent', 'trust'),
    instanceProfileList: z.array(instanceProfile),
    rolePolicyList: policyDetails,
    permissionsBoundary,
    tags: z.array(tag),
    roleLastUsed: z.object({ lastUsedDate: z.date().optional(), region: z.string().optional() }),
  })
  .meta({ id: 'RoleDetail' });

/** Source: IAM API reference, data type `ManagedPolicyDetail`. */
export const managedPolicyDetail = policy
  .omit({ tags: true })
  .extend({ policyVersionList: z.array(policyVersion) })
  .meta({ id: 'ManagedPolicyDetail' });

export const authorizationDetailsOutput = z.object({
  userDetailList: z.array(userDetail),
  groupDetailList: z.array(groupDetail),
  roleDetailList: z.array(roleDetail),
  policies: z.array(managedPolicyDetail),
  ...pagingOutput,
});
