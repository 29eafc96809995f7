import { parseArn } from '../../kernel/arn.js';
import { ApiError } from '../../kernel/errors/errors.js';
import type { Caller } from '../actions/caller.js';

/** The names in a request of a service of the platform. */
export interface Named {
  /** `orders:CreateOrder` */
  readonly action?: string;
  /** An ARN, or `*`. */
  readonly resource?: string | undefined;
  /** The service in the credential scope of a signature. */
  readonly signedFor?: string;
}

/**
 * A service is limited to its own prefix and those that the operator granted to it: in the actions and resources that
 * it asks about, the signatures that it verifies, and the resources that it names as its source, manages policies of
 * and registers workloads for. Other callers are limited by their policies.
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
  // Invalid ARNs are refused where they are parsed.
  const arn = resource === undefined ? undefined : parseArn(resource);
  if (arn && !prefixes.includes(arn.service)) throw outOfScope(caller.arn, `the resource ${resource!}`);
}

function outOfScope(service: string, what: string): ApiError {
  const message =
    `${service} is not registered for ${what}. The operator can grant additional prefixes to a ` +
    'service (grantedPrefixes).';
  return new ApiError('AccessDenied', message);
}
