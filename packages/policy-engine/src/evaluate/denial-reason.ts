import type { AuthorizationRequest, Decision, PolicyLayer } from '../model.js';

/** [with an explicit deny in …, because no … allows the action] */
const WORDS: Readonly<Record<PolicyLayer, readonly [inPolicy: string, noPolicy: string]>> = {
  identity: ['an identity-based policy', 'identity-based policy'],
  resource: ['a resource-based policy', 'resource-based policy'],
  permissionsBoundary: ['a permissions boundary', 'permissions boundary'],
  session: ['a session policy', 'session policy'],
  serviceControl: ['a service control policy', 'service control policy'],
  resourceControl: ['a resource control policy', 'resource control policy'],
  trust: ['the role trust policy', 'role trust policy'],
};

/**
 * The end of AWS's access denied message: "because no identity-based policy allows the iam:ListUsers action", "with an
 * explicit deny in a service control policy". Empty if the request is allowed.
 *
 * Source: AWS IAM User Guide, "Troubleshoot access denied error messages".
 */
export function denialReason(decision: Decision, request: Pick<AuthorizationRequest, 'action'>): string {
  if (decision.verdict === 'allowed') return '';
  const [inPolicy, noPolicy] = WORDS[decision.layer ?? 'identity'];
  if (decision.verdict === 'explicitDeny') return `with an explicit deny in ${inPolicy}`;
  return `because no ${noPolicy} allows the ${request.action} action`;
}
