import { parseArn } from '../../kernel/arn.js';
import { ApiError } from '../../kernel/errors/errors.js';
import type { Caller } from '../actions/caller.js';

/** What a service of the platform names in a request. */
export interface Named {
  /** `orders:CreateOrder` */
  readonly action?: string;
  /** An ARN, or `*`. */
  readonly resource?: string | undefined;
  /** A service in the credential scope of a signature. */
  readonly signedFor?: string;
}

/**
 * A service is bound to its own prefix and to those that the operator granted it: the actions and resources that it asks
 * about, the signatures that it verifies, the resources that it names as its source, keeps policies of and registers
 * workloads for. Other callers are bound by their policies.
 *
 * @throws ApiError AccessDenied
 */
export function requireInScope(caller: Pick<Caller, 'arn' | 'servicePrefixes'>, named: Named): void {
  const { servicePrefixes: prefixes } = caller;
  if (!prefixes) return;
  const { action, resource, signedFor } = named;
  if (action !== undefined && !prefixes.includes(action.slice(0, action.indexOf(':')).toLowerCase())) {
    throw outOfScope(caller.arn, `the action ${action}`);
  }
  if (signedFor !== undefined && !prefixes.includes(signedFor)) {
    throw outOfScope(caller.arn, `signatures for ${signedFor}`);
  }
  // What is no ARN is refused as such by who reads it.
  const arn = resource === undefined ? undefined : parseArn(resource);
  if (arn && !prefixes.includes(arn.service)) throw outOfScope(caller.arn, `the resource ${resource!}`);
}

function outOfScope(service: string, what: string): ApiError {
  const message =
    `${service} is not registered for ${what}. The operator can grant additional prefixes to a ` +
    'service (grantedPrefixes).';
  return new ApiError('AccessDenied', message);
}
