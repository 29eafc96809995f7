import type { CompiledPolicy } from '../compile/compiled-policy.js';
import type { AuthorizationRequest, Decision, PolicySet } from '../model.js';
import { decideLayers } from './decide.js';
import { implicitDeny } from './decisions.js';

/** The role's trust policy, and the caller's own policies. An unsigned caller has none: `identity` is empty. */
export type TrustPolicySet<Compiled> = Omit<PolicySet<Compiled>, 'resource'> & { readonly trust: Compiled };

/**
 * Decides whether the caller may assume a role: `request.action` is `sts:AssumeRole`, `sts:AssumeRoleWithSAML`,
 * `sts:AssumeRoleWithWebIdentity`, `sts:TagSession` or `sts:SetSourceIdentity`, `request.resource` the role's ARN.
 *
 * The trust policy must always allow. Within the account that is sufficient for a caller that it matches directly. A
 * caller that it matches by account, and every caller of another account, also needs an identity-based Allow. Services
 * and identities from a provider have no policies. The root user cannot assume roles, and neither can an anonymous
 * caller.
 *
 * Source: AWS IAM User Guide, "Permissions to assume a role", "Policy evaluation for requests within a single account"
 * (trust policies "must explicitly allow access for principals"); AWS STS API Reference, AssumeRole: "You cannot call
 * AssumeRole by using AWS account root user credentials".
 */
export function decideTrust(request: AuthorizationRequest, policies: TrustPolicySet<CompiledPolicy>): Decision {
  const { type } = request.principal;
  const decision = decideLayers(request, policies, policies.trust, 'trust');
  const cannotAssume = type === 'root' || type === 'anonymous';
  return cannotAssume && decision.verdict === 'allowed' ? implicitDeny('trust') : decision;
}
