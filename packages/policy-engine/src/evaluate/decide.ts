import type { CompiledPolicy } from '../compile/compiled-policy.js';
import type { CompiledStatement } from '../compile/compiled-statement.js';
import { PrincipalMatch } from '../compile/principal-matcher.js';
import { beginWork, endWork } from '../matching/work.js';
import type { AuthorizationRequest, Decision, PolicySet } from '../model.js';
import { allowed, allowedByIdentity, explicitDeny, implicitDeny } from './decisions.js';
import { evaluateLevels, evaluatePrincipalPolicy, findInPolicies, type PrincipalOutcome } from './layers.js';
import { accountOf, hasRootPermissions, isSameAccount } from './principals.js';

const NO_OUTCOME: PrincipalOutcome = { deny: undefined, allow: undefined, match: PrincipalMatch.none };

/**
 * Decides a request. An explicit Deny in any policy takes precedence; then every layer that is present must allow, in
 * the order of AWS's flow chart. Nothing is allowed by default, except for the root user in its own account.
 *
 * The decision names the statement that determined it (one per side that had to allow); `explain` lists all that apply.
 * Every given layer is applied: omit those that do not concern the request (such as service control policies for a
 * service principal).
 *
 * @throws WorkLimitExceeded if matching the policies takes too long
 *
 * Source: AWS IAM User Guide, "Policy evaluation logic", "Policy evaluation for requests within a single account",
 * "Cross-account policy evaluation logic".
 */
export function decide(request: AuthorizationRequest, policies: PolicySet<CompiledPolicy>): Decision {
  return decideLayers(request, policies, policies.resource, 'resource');
}

/** Decides with a policy on the resource's side. A trust policy (`'trust'`) must allow even within the account. */
export function decideLayers(
  request: AuthorizationRequest,
  policies: PolicySet<CompiledPolicy>,
  resourcePolicy: CompiledPolicy | undefined,
  resourceLayer: 'resource' | 'trust',
): Decision {
  beginWork();
  try {
    return decideCounted(request, policies, resourcePolicy, resourceLayer);
  } finally {
    endWork();
  }
}

function decideCounted(
  request: AuthorizationRequest,
  policies: PolicySet<CompiledPolicy>,
  resourcePolicy: CompiledPolicy | undefined,
  resourceLayer: 'resource' | 'trust',
): Decision {
  const { permissionsBoundary, session, scopeDown, serviceControl, resourceControl } = policies;

  const byResourceControl = resourceControl && evaluateLevels(resourceControl, request);
  if (byResourceControl?.deny) return explicitDeny(byResourceControl.deny, 'resourceControl');
  const byServiceControl = serviceControl && evaluateLevels(serviceControl, request);
  if (byServiceControl?.deny) return explicitDeny(byServiceControl.deny, 'serviceControl');
  const byResource = resourcePolicy
    ? evaluatePrincipalPolicy(resourcePolicy, request, permissionsBoundary !== undefined)
    : NO_OUTCOME;
  if (byResource.deny) return explicitDeny(byResource.deny, resourceLayer);
  const byIdentity = findInPolicies(policies.identity, request);
  if (byIdentity?.isAllow === false) return explicitDeny(byIdentity, 'identity');
  const byBoundary = permissionsBoundary?.index.find(request);
  if (byBoundary?.isAllow === false) return explicitDeny(byBoundary, 'permissionsBoundary');
  const bySession = session && findInPolicies(session, request);
  if (bySession?.isAllow === false) return explicitDeny(bySession, 'session');
  const byScope = scopeDown && evaluateLevels(scopeDown, request);
  if (byScope?.deny) return explicitDeny(byScope.deny, 'session');

  if (byResourceControl?.allows === false) return implicitDeny('resourceControl');
  if (byServiceControl?.allows === false) return implicitDeny('serviceControl');
  if (byScope?.allows === false) return implicitDeny('session');

  const accountId = accountOf(request.principal);
  if (accountId === undefined) {
    return byResource.allow ? allowed(undefined, byResource.allow, resourceLayer) : implicitDeny(resourceLayer);
  }
  if (resourceLayer === 'trust' && byResource.allow === undefined) return implicitDeny('trust');
  const needsIdentity = !hasRootPermissions(request.principal);
  if (needsIdentity && byIdentity === undefined && byResource.allow === undefined) return implicitDeny('identity');

  const withinBoundary = permissionsBoundary === undefined || byBoundary !== undefined;
  const withinSession = session === undefined || bySession !== undefined;
  const sameAccount = isSameAccount(request, accountId);

  if (sameAccount && byResource.match === PrincipalMatch.direct) {
    return allowed(undefined, byResource.allow, resourceLayer);
  }
  // Within the account, a policy that matches the role or user behind the session replaces an identity-based one.
  const standsIn = sameAccount && byResource.match === PrincipalMatch.origin;
  if (needsIdentity && byIdentity === undefined && !standsIn) return implicitDeny('identity');
  if (!withinBoundary) return implicitDeny('permissionsBoundary');
  if (!withinSession) return implicitDeny('session');
  if (sameAccount && resourceLayer === 'resource') return grant(byIdentity, standsIn ? byResource.allow : undefined);
  if (byResource.allow === undefined) return implicitDeny(resourceLayer);
  return allowed(standsIn ? undefined : byIdentity, byResource.allow, resourceLayer);
}

function grant(identity: CompiledStatement | undefined, resource: CompiledStatement | undefined): Decision {
  if (identity !== undefined) return allowedByIdentity(identity);
  return allowed(undefined, resource, 'resource');
}
