import { z } from 'zod';
import { policyDocument, policyDocumentOutput } from '../../kernel/policy-document.schema.js';
import { arn, path, pathPrefix, policyName } from '../../kernel/iam-names.schema.js';
import { pagingInput, pagingOutput } from '../../kernel/paging/paging.js';
import { policyTagList, tag } from '../../kernel/tags.js';
import { policyUsageFilter } from './policy-entities.schema.js';

/** Source: IAM API reference, data type `Policy`. */
export const policy = z
  .object({
    policyName: z.string(),
    policyId: z.string(),
    arn: z.string(),
    path: z.string(),
    defaultVersionId: z.string(),
    attachmentCount: z.number(),
    permissionsBoundaryUsageCount: z.number(),
    isAttachable: z.boolean(),
    description: z.string().optional(),
    createDate: z.date(),
    updateDate: z.date(),
    tags: z.array(tag).optional(),
  })
  .meta({ id: 'Policy' });

/** Source: data type `PolicyVersion`. */
export const policyVersion = z
  .object({
    versionId: z.string(),
    isDefaultVersion: z.boolean(),
    createDate: z.date(),
    document: policyDocumentOutput('percent').optional(),
  })
  .meta({ id: 'PolicyVersion' });

const versionId = z
  .string()
  .max(128)
  .regex(/^v[1-9][0-9]*(\.[A-Za-z0-9-]*)?$/);

export const createPolicyInput = z.strictObject({
  policyName,
  path: path.optional(),
  policyDocument: policyDocument(),
  description: z.string().max(1000).optional(),
  tags: policyTagList.optional(),
});
export const policyOutput = z.object({ policy });
export const policyArnInput = z.strictObject({ policyArn: arn });
export const listPoliciesInput = z.strictObject({
  scope: z.enum(['All', 'AWS', 'Local']).optional(),
  onlyAttached: z.boolean().optional(),
  pathPrefix: pathPrefix.optional(),
  policyUsageFilter: policyUsageFilter.optional(),
  ...pagingInput,
});
export const listPoliciesOutput = z.object({ policies: z.array(policy), ...pagingOutput });
export const createPolicyVersionInput = z.strictObject({
  policyArn: arn,
  policyDocument: policyDocument(),
  setAsDefault: z.boolean().default(false),
});
export const policyVersionInput = z.strictObject({ policyArn: arn, versionId });
export const policyVersionOutput = z.object({ policyVersion });
export const listPolicyVersionsInput = z.strictObject({ policyArn: arn, ...pagingInput });
export const listPolicyVersionsOutput = z.object({ versions: z.array(policyVersion), ...pagingOutput });
