import { ApiError } from '../../kernel/errors/errors.js';
import { locatePolicy } from '../../iam/policies/policy.target.js';

/**
 * Managed session policies must belong to the account or the platform.
 *
 * @throws ApiError ValidationError naming the one that does not exist, InvalidInput for text that is not the ARN of a
 *   policy
 */
export async function requireManagedPolicies(
  scope: Parameters<typeof locatePolicy>[0],
  policyArns: readonly string[] = [],
): Promise<void> {
  for (const arn of policyArns) {
    if ('row' in (await locatePolicy(scope, arn))) continue;
    throw new ApiError('ValidationError', `The session policy ${arn} does not exist or is not attachable.`);
  }
}
