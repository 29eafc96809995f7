import { z } from 'zod';
import { policyDocument, policyDocumentOutput } from '../../kernel/policy-document.schema.js';
import { pagingInput, pagingOutput } from '../../kernel/paging/paging.js';

/** Printable ASCII, like the ARNs of AWS's services. */
const resourceArn = z
  .string()
  .max(2048)
  .regex(/^arn:[\x21-\x7e]+$/, { message: 'Member must be the ARN of a resource' })
  .meta({ examples: ['arn:aws:orders:eu-1:123456789012:order/42'] });

/** The type in `resource.type` of decision requests. */
const resourceType = z.string().min(1).max(256);

const summary = { resourceArn: z.string(), resourceType: z.string(), createDate: z.date(), updateDate: z.date() };
const resourcePolicy = z
  .object({ ...summary, policyDocument: policyDocumentOutput('plain', 'resource') })
  .meta({ id: 'ResourcePolicy' });

export const putResourcePolicyInput = z.strictObject({
  resourceArn,
  resourceType,
  /** JSON, of up to 20,480 characters without white space. */
  policyDocument: policyDocument('resource'),
});
export const resourcePolicyInput = z.strictObject({ resourceArn });
export const resourcePolicyOutput = z.object({ resourcePolicy });

export const listResourcePoliciesInput = z.strictObject({
  resourceType: resourceType.optional(),
  /** The account, for the management account; default: the caller's own. */
  accountId: z
    .string()
    .regex(/^\d{12}$/)
    .optional(),
  ...pagingInput,
});
export const listResourcePoliciesOutput = z.object({
  resourcePolicies: z.array(z.object(summary).meta({ id: 'ResourcePolicySummary' })),
  ...pagingOutput,
});
