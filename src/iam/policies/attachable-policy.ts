import type { LocateScope } from '../../access/actions/action.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { SERVICE_LINKED_PATH } from '../resources/service-linked.js';
import { type AnyPolicy, isOwn, locatePolicy } from './policy.target.js';

/**
 * A policy that is to be attached, or to be a boundary.
 *
 * @param subject the beginning of AWS's message: `Policy` or `Scope ARN:`
 * @throws ApiError NoSuchEntity, InvalidInput, PolicyNotAttachable
 */
export async function requireAttachable(
  scope: Omit<LocateScope<unknown>, 'input'>,
  policyArn: string,
  subject: 'Policy' | 'Scope ARN:',
): Promise<AnyPolicy> {
  const policy = await locatePolicy(scope, policyArn);
  if ('missing' in policy) {
    throw new ApiError('NoSuchEntity', `${subject} ${policyArn} does not exist or is not attachable.`);
  }
  if (!isOwn(policy.row) && policy.row.path.startsWith(SERVICE_LINKED_PATH)) {
    throw new ApiError('PolicyNotAttachable', 'Cannot attach a Service Role Policy to a Customer Role.');
  }
  return policy.row;
}

/** The foreign key from an attachment to its policy. */
export function attachmentKeys(policy: AnyPolicy): { policyId: string } | { platformPolicyId: string } {
  return isOwn(policy) ? { policyId: policy.policyId } : { platformPolicyId: policy.policyId };
}
