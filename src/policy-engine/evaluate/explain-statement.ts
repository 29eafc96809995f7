import type { CompiledPolicy, ExplainableStatement } from '../compile/compiled-policy.js';
import { compilePrincipal, isSpared, matchPrincipal, PrincipalMatch } from '../compile/principal-matcher.js';
import { compileResource, type ReadingRules } from '../compile/resource-readings.js';
import { compileCondition } from '../conditions/compile-condition.js';
import type { TextRange } from '../document/policy-document.js';
import { actionCovers, compileActionMatcher } from '../matching/action-pattern.js';
import { resourceCovers } from '../matching/compile-resource.js';
import type { AuthorizationRequest, PolicyLayer, PolicySource } from '../model.js';

export interface ConditionExplanation {
  /** As written, with prefix and suffix. */
  readonly operator: string;
  readonly key: string;
  readonly expected: readonly string[];
  /** The request's values; empty when the key is absent. */
  readonly actual: readonly string[];
  readonly matched: boolean;
}

export interface StatementExplanation {
  readonly policy: PolicySource;
  readonly layer: PolicyLayer;
  readonly index: number;
  readonly sid?: string;
  readonly effect: 'Allow' | 'Deny';
  readonly position: TextRange;
  /** All elements matched: the statement takes effect. */
  readonly applies: boolean;
  readonly action: boolean;
  /** Absent when the statement has no Resource element. */
  readonly resource?: boolean;
  /** Absent when the statement has no Principal element. */
  readonly principal?: boolean;
  readonly conditions: readonly ConditionExplanation[];
}

/** @returns a function that explains all statements of a layer's policies */
export function explainLayer(
  request: AuthorizationRequest,
  hasBoundary: boolean,
): (layer: PolicyLayer, policies: readonly CompiledPolicy[]) => readonly StatementExplanation[] {
  return (layer, policies) =>
    policies.flatMap((policy) => policy.documents.map((entry) => explainStatement(entry, layer, request, hasBoundary)));
}

function explainStatement(
  { source, index, statement, kind, variables }: ExplainableStatement,
  layer: PolicyLayer,
  request: AuthorizationRequest,
  hasBoundary: boolean,
): StatementExplanation {
  const isAllow = statement.effect === 'Allow';
  const matchers = statement.action.patterns.map(compileActionMatcher);
  const action = actionCovers({ negated: statement.action.negated, matchers }, request.action.toLowerCase());
  const resource = statement.resource && resourceMatches(statement.resource, { kind, isAllow, variables }, request);
  const principal = statement.principal && principalMatches(statement, request, hasBoundary);
  const conditions = statement.conditions.map((entry): ConditionExplanation => {
    const actual = request.context.get(entry.key.toLowerCase()) ?? [];
    return {
      operator: entry.operator,
      key: entry.key,
      expected: entry.values,
      actual: typeof actual === 'string' ? [actual] : actual,
      matched: compileCondition(entry, isAllow, variables).holds(request.context),
    };
  });
  return {
    policy: source,
    layer,
    index,
    ...(statement.sid === undefined ? {} : { sid: statement.sid }),
    effect: statement.effect,
    position: statement.position,
    applies: action && resource !== false && principal !== false && conditions.every((condition) => condition.matched),
    action,
    ...(resource === undefined ? {} : { resource }),
    ...(principal === undefined ? {} : { principal }),
    conditions,
  };
}

function resourceMatches(
  element: NonNullable<ExplainableStatement['statement']['resource']>,
  rules: ReadingRules,
  { resource, context }: AuthorizationRequest,
): boolean {
  const compiled = compileResource(element, rules);
  if (compiled === undefined) return !rules.isAllow;
  return resourceCovers(compiled, resource, context);
}

function principalMatches(
  { principal, effect }: ExplainableStatement['statement'],
  request: AuthorizationRequest,
  hasBoundary: boolean,
): boolean {
  if (principal === undefined) return false;
  const compiled = compilePrincipal(principal);
  if (!compiled.negated) return matchPrincipal(compiled, request.principal) !== PrincipalMatch.none;
  return effect === 'Deny' && !isSpared(compiled, request.principal, hasBoundary);
}
