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
 * The trust policy must always allow. Within the account that is enough for a caller it names in person; a caller it
 * names by account needs an identity-based Allow too, and so does every caller of another account. Services and
 * identities from a provider have no policies of their own. The root user cannot assume roles, and an anonymous caller
 * is nobody to trust.
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
