import type { CompiledPolicy } from '../compile/compiled-policy.js';
import type { CompiledStatement } from '../compile/compiled-statement.js';
import { isSpared, matchPrincipal, PrincipalMatch } from '../compile/principal-matcher.js';
import { allHold } from '../conditions/compile-condition.js';
import { actionCovers } from '../matching/action-pattern.js';
import { resourceCovers } from '../matching/compile-resource.js';
import type { AuthorizationRequest } from '../model.js';

/** Evaluates the policies of a layer without principals. @returns a Deny that applies; otherwise an Allow */
export function findInPolicies(
  policies: readonly CompiledPolicy[],
  request: AuthorizationRequest,
): CompiledStatement | undefined {
  const [only, second] = policies;
  if (only !== undefined && second === undefined) return only.index.find(request);
  let allow: CompiledStatement | undefined;
  for (const policy of policies) {
    const found = policy.index.find(request);
    if (found === undefined) continue;
    if (!found.isAllow) return found;
    allow ??= found;
  }
  return allow;
}

/** The combined result of the levels of an organization: `deny` from any, `allows` only if each has an Allow. */
export interface LevelsOutcome {
  readonly deny: CompiledStatement | undefined;
  readonly allows: boolean;
}

const ALLOWS: LevelsOutcome = { deny: undefined, allows: true };
const LACKS_ALLOW: LevelsOutcome = { deny: undefined, allows: false };

/** Source: AWS Organizations User Guide, "SCP evaluation": "an explicit Allow statement at every level". */
export function evaluateLevels(
  levels: readonly (readonly CompiledPolicy[])[],
  request: AuthorizationRequest,
): LevelsOutcome {
  let outcome = levels.length > 0 ? ALLOWS : LACKS_ALLOW;
  for (const level of levels) {
    const found = findInPolicies(level, request);
    if (found === undefined) outcome = LACKS_ALLOW;
    else if (!found.isAllow) return { deny: found, allows: false };
  }
  return outcome;
}

/** The result of a policy with principals: a Deny, or the Allow that matches the caller most closely. */
export interface PrincipalOutcome {
  readonly deny: CompiledStatement | undefined;
  readonly allow: CompiledStatement | undefined;
  /** How `allow` matches the caller; `none` without one. */
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

/** Resource and Condition. */
function appliesToRequest({ resource, conditions }: CompiledStatement, request: AuthorizationRequest): boolean {
  const covers = resource === undefined || resourceCovers(resource, request.resource, request.context);
  return covers && allHold(conditions, request.context);
}

function statementMatch(
  { principal }: CompiledStatement,
  request: AuthorizationRequest,
  hasBoundary: boolean,
): PrincipalMatch {
  // A resource-based statement without a principal applies to nobody; validation refuses it.
  if (principal === undefined) return PrincipalMatch.none;
  if (!principal.negated) return matchPrincipal(principal, request.principal);
  return isSpared(principal, request.principal, hasBoundary) ? PrincipalMatch.none : PrincipalMatch.direct;
}
