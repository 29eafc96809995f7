import type { AuthorizationRequest, PolicySet, Verdict } from '../../src/model.js';
import { conditionsHold } from './conditions.js';
import { isDoubtful, matches, places, readings, withinSegments } from './patterns.js';
import { many, type NaivePolicy, type NaiveStatement } from './policy.js';
import { naming, type Naming } from './principals.js';

/**
 * AWS's evaluation logic, step by step as on its page, without regard to speed. The reference for the engine.
 *
 * Source: IAM User Guide, "How AWS enforcement code logic evaluates requests to allow or deny access", "Policy
 * evaluation for requests within a single account" and "Cross-account policy evaluation logic".
 *
 * @param trust the resource policy is a role's trust policy, which must allow even within the account
 */
export function naiveDecide(request: AuthorizationRequest, policies: PolicySet<NaivePolicy>, trust = false): Verdict {
  const { identity, resource, permissionsBoundary, session, serviceControl, resourceControl } = policies;
  const hasBoundary = permissionsBoundary !== undefined;

  // 1. Deny evaluation: an explicit Deny in any policy.
  const everyPolicy = [
    ...identity,
    ...(permissionsBoundary ? [permissionsBoundary] : []),
    ...(session ?? []),
    ...(serviceControl ?? []).flat(),
    ...(resourceControl ?? []).flat(),
  ];
  const denied =
    everyPolicy.some((policy) => says(policy, 'Deny', request)) ||
    (resource !== undefined && namingOf(resource, 'Deny', request, hasBoundary).some((how) => how !== 'nobody'));
  if (denied) return 'explicitDeny';

  // 2. Resource control policies and 3. service control policies: every level must allow.
  for (const levels of [resourceControl, serviceControl]) {
    if (levels === undefined) continue;
    const everyLevel = levels.every((level) => level.some((policy) => says(policy, 'Allow', request)));
    if (levels.length === 0 || !everyLevel) return 'implicitDeny';
  }

  const allows = resource === undefined ? [] : namingOf(resource, 'Allow', request, hasBoundary);
  const resourceAllows = allows.some((how) => how !== 'nobody');
  const { principal } = request;

  // Callers without an account have no identity-based policies: only the resource's policy decides.
  if (!('accountId' in principal))
    return resourceAllows && !(trust && principal.type === 'anonymous') ? 'allowed' : 'implicitDeny';
  // "You cannot call AssumeRole by using AWS account root user credentials."
  if (trust && principal.type === 'root') return 'implicitDeny';

  const sameAccount = ownerOf(request, principal.accountId) === principal.accountId;
  if (trust && !resourceAllows) return 'implicitDeny';

  // 4. Resource-based policies within the account: matching the caller directly is sufficient; matching its role or
  // user replaces identity-based policies, but not boundary and session policies.
  if (sameAccount && allows.includes('caller')) return 'allowed';
  const origin = sameAccount && allows.includes('origin');

  // 5. Identity-based policies. The root user needs none.
  const identityAllows = isRoot(request) || origin || identity.some((policy) => says(policy, 'Allow', request));
  if (!identityAllows) return 'implicitDeny';
  // 6. Permissions boundary. 7. Session policies.
  if (permissionsBoundary && !says(permissionsBoundary, 'Allow', request)) return 'implicitDeny';
  if (session && !session.some((policy) => says(policy, 'Allow', request))) return 'implicitDeny';
  // Across accounts both sides must allow.
  if (!sameAccount && !resourceAllows) return 'implicitDeny';
  return 'allowed';
}

/** The root user, and a federated user of the root user, have all the account's permissions. */
function isRoot({ principal }: AuthorizationRequest): boolean {
  return principal.type === 'root' || (principal.type === 'federatedUser' && principal.userArn.endsWith(':root'));
}

function ownerOf({ resourceAccountId, resource }: AuthorizationRequest, callerAccountId: string): string {
  return resourceAccountId ?? (resource.split(':')[4] || callerAccountId);
}

function says(policy: NaivePolicy, effect: 'Allow' | 'Deny', request: AuthorizationRequest): boolean {
  return many(policy.Statement).some((statement) => applies(policy, statement, effect, request));
}

function namingOf(
  policy: NaivePolicy,
  effect: 'Allow' | 'Deny',
  request: AuthorizationRequest,
  hasBoundary: boolean,
): Naming[] {
  return many(policy.Statement)
    .filter((statement) => applies(policy, statement, effect, request))
    .map((statement) => naming(statement, request.principal, hasBoundary));
}

function applies(
  policy: NaivePolicy,
  statement: NaiveStatement,
  effect: 'Allow' | 'Deny',
  request: AuthorizationRequest,
): boolean {
  if (statement.Effect !== effect) return false;
  const { context } = request;
  const hasVariables = policy.Version === '2012-10-17';
  const action = request.action.toLowerCase();
  const isAction = (pattern: string) => {
    const found = places(pattern.toLowerCase(), false, context);
    return typeof found === 'object' && matches(found, action);
  };
  if (statement.Action !== undefined && !many(statement.Action).some(isAction)) return false;
  if (statement.NotAction !== undefined && many(statement.NotAction).some(isAction)) return false;
  // `undefined`: a variable has no value, so the pattern matches nothing.
  const wide = (effect === 'Allow') === (statement.NotResource !== undefined);
  const patterns = many(statement.Resource ?? statement.NotResource).flatMap((pattern) =>
    readings(pattern, hasVariables, {
      wide,
      ofResourcePolicy: statement.Principal !== undefined || statement.NotPrincipal !== undefined,
    }),
  );
  const results = patterns.map((pattern) => {
    const found = places(pattern, hasVariables, context);
    if (found === undefined || found === 'several') return found;
    // A value in doubt matches only where that allows less.
    if (!wide && hasVariables && isDoubtful(pattern, context, true)) return false;
    return matches(withinSegments(found), request.resource);
  });
  if (statement.Resource !== undefined && !results.includes(true)) return false;
  if (statement.NotResource !== undefined) {
    if (results.includes(true)) return false;
    if (results.includes('several') && effect === 'Allow') return false;
  }
  return conditionsHold(statement, hasVariables, context);
}
