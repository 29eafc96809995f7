import { z } from 'zod';
import { policyDocument } from '../../kernel/policy-document.schema.js';
import { arn, path, policyName } from '../../kernel/iam-names.schema.js';
import { policyOutput } from '../../iam/policies/policies.schema.js';

export const putPlatformPolicyInput = z.strictObject({
  policyName,
  /** For a new policy; the path of an existing one cannot change. */
  path: path.optional(),
  policyDocument: policyDocument(),
  description: z.string().max(1000).optional(),
});
export const putPlatformPolicyOutput = policyOutput;
export const deletePlatformPolicyInput = z.strictObject({ policyArn: arn });
