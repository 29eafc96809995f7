import { ApiError } from '../../kernel/errors/errors.js';
import { locatePolicy } from '../../iam/policies/policy.target.js';

/**
 * Managed policies that are passed as session policies must be the account's own or the platform's.
 *
 * @throws ApiError ValidationError naming the one that does not exist, InvalidInput for what is no ARN of a policy
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
