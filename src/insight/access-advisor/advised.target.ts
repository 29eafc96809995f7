import type { LocateScope } from '../../access/actions/action.js';
import type { Target } from '../../access/actions/target.js';
import { parseArn } from '../../kernel/arn.js';
import type { Identity } from '../../generated/prisma/client.js';
import { locateIdentityByArn } from '../../iam/resources/identity-by-arn.target.js';
import { type AnyPolicy, locatePolicy } from '../../iam/policies/policy.target.js';

/** A user, group, role or managed policy. */
export type Advised = Identity | AnyPolicy;

/** @throws ApiError InvalidInput if the text is the ARN of none of them */
export async function locateAdvised(scope: Omit<LocateScope<unknown>, 'input'>, arn: string): Promise<Target<Advised>> {
  const isPolicy = parseArn(arn)?.resource.startsWith('policy/') === true;
  return isPolicy ? locatePolicy(scope, arn) : locateIdentityByArn(scope, arn);
}

export function isIdentity(advised: Advised): advised is Identity {
  return 'identityId' in advised;
}
