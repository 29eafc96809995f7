import type { CompiledPolicy, CompiledStatement } from '../compile/compiled-policy.js';
import { isSpared, matchPrincipal, PrincipalMatch } from '../compile/principal-matcher.js';
import type { AuthorizationRequest } from '../model.js';
import { actionCovers, appliesToRequest } from './statement-applies.js';

/** The policies of a layer without principals. @returns a Deny that applies; failing that, an Allow */
export function findInPolicies(
  policies: readonly CompiledPolicy[],
  request: AuthorizationRequest,
): CompiledStatement | undefined {
  let allow: CompiledStatement | undefined;
  for (const policy of policies) {
    const found = policy.index.find(request);
    if (found === undefined) continue;
    if (!found.isAllow) return found;
    allow ??= found;
  }
  return allow;
}

/** What the levels of an organization say together: `deny` from any, `allows` only if each has an Allow. */
export interface LevelsOutcome {
  readonly deny: CompiledStatement | undefined;
  readonly allows: boolean;
}

/** Source: AWS Organizations User Guide, "SCP evaluation": "an explicit Allow statement at every level". */
export function evaluateLevels(
  levels: readonly (readonly CompiledPolicy[])[],
  request: AuthorizationRequest,
): LevelsOutcome {
  let allows = levels.length > 0;
  for (const level of levels) {
    const found = findInPolicies(level, request);
    if (found === undefined) allows = false;
    else if (!found.isAllow) return { deny: found, allows: false };
  }
  return { deny: undefined, allows };
}

/** What a policy with principals says: a Deny, or the Allow that names the caller most closely. */
export interface PrincipalOutcome {
  readonly deny: CompiledStatement | undefined;
  readonly allow: CompiledStatement | undefined;
  /** How `allow` names the caller; `none` without one. */
  readonly match: PrincipalMatch;
}

export function evaluatePrincipalPolicy(
  policy: CompiledPolicy,
  request: AuthorizationRequest,
  hasBoundary: boolean,
): PrincipalOutcome {
  const action = request.action.toLowerCase();
  let allow: CompiledStatement | undefined;
  let closest = PrincipalMatch.none;
  for (const statement of policy.statements) {
    const match = statementMatch(statement, request, hasBoundary);
    if (match === PrincipalMatch.none || (statement.isAllow && match <= closest)) continue;
    if (!actionCovers(statement.actions, action) || !appliesToRequest(statement, request)) continue;
    if (!statement.isAllow) return { deny: statement, allow: undefined, match: PrincipalMatch.none };
    allow = statement;
    closest = match;
  }
  return { deny: undefined, allow, match: closest };
}

function statementMatch(
  { principal }: CompiledStatement,
  request: AuthorizationRequest,
  hasBoundary: boolean,
): PrincipalMatch {
  // A resource-based statement that names nobody speaks of nobody; validation refuses it.
  if (principal === undefined) return PrincipalMatch.none;
  if (!principal.negated) return matchPrincipal(principal, request.principal);
  return isSpared(principal, request.principal, hasBoundary) ? PrincipalMatch.none : PrincipalMatch.direct;
}
