import type { CompiledPolicy, ExplainableStatement } from '../compile/compiled-policy.js';
import {
  type CompiledPrincipal,
  compilePrincipal,
  isSpared,
  matchPrincipal,
  PrincipalMatch,
} from '../compile/principal-matcher.js';
import { compileResource } from '../compile/resource-readings.js';
import { compileCondition, type CompiledCondition } from '../conditions/compile-condition.js';
import type { TextRange } from '../document/policy-document.js';
import { actionCovers, type CompiledActions, compileActionMatcher } from '../matching/action-pattern.js';
import { resourceCovers } from '../matching/compile-resource.js';
import type { AuthorizationRequest, PolicyLayer, PolicySource } from '../model.js';

export interface ConditionExplanation {
  /** As written, with prefix and suffix. */
  readonly operator: string;
  readonly key: string;
  readonly expected: readonly string[];
  /** The request's values; empty if the key is absent. */
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
  /** Absent if the statement has no Resource element. */
  readonly resource?: boolean;
  /** Absent if the statement has no Principal element. */
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
  entry: ExplainableStatement,
  layer: PolicyLayer,
  request: AuthorizationRequest,
  hasBoundary: boolean,
): StatementExplanation {
  const { source, index, statement } = entry;
  const parts = partsOf(entry);
  const action = actionCovers(parts.actions, request.action.toLowerCase());
  const resource = statement.resource && resourceMatches(statement, parts, request);
  const principal = statement.principal && principalMatches(statement, parts, request, hasBoundary);
  const conditions = statement.conditions.map(({ operator, key, values: expected }, at): ConditionExplanation => {
    const actual = request.context.get(key.toLowerCase()) ?? [];
    return {
      operator,
      key,
      expected,
      actual: typeof actual === 'string' ? [actual] : actual,
      matched: parts.conditions[at]!.holds(request.context),
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

/** A statement compiled for explanations, which report for each element whether it matches. */
interface StatementParts {
  readonly actions: CompiledActions;
  /** Undefined if there is none, or if one of its patterns is not understood. */
  readonly resource: ReturnType<typeof compileResource>;
  readonly principal: CompiledPrincipal | undefined;
  readonly conditions: readonly CompiledCondition[];
}

/** Compiles a policy's statements for `explain`, which otherwise does so at the first request. */
export function prepareToExplain({ documents }: CompiledPolicy): void {
  documents.forEach(partsOf);
}

/** Many requests may be explained with one policy. */
const partsOfStatements = new WeakMap<ExplainableStatement, StatementParts>();

function partsOf(entry: ExplainableStatement): StatementParts {
  const known = partsOfStatements.get(entry);
  if (known !== undefined) return known;
  const { statement, kind, variables } = entry;
  const { action, resource, principal, conditions, effect } = statement;
  const isAllow = effect === 'Allow';
  const parts = {
    actions: { negated: action.negated, matchers: action.patterns.map(compileActionMatcher) },
    resource: resource && compileResource(resource, { kind, isAllow, variables }),
    principal: principal && compilePrincipal(principal),
    conditions: conditions.map((condition) => compileCondition(condition, isAllow, variables)),
  };
  partsOfStatements.set(entry, parts);
  return parts;
}

function resourceMatches(
  { effect }: ExplainableStatement['statement'],
  { resource: compiled }: StatementParts,
  { resource, context }: AuthorizationRequest,
): boolean {
  if (compiled === undefined) return effect === 'Deny';
  return resourceCovers(compiled, resource, context);
}

function principalMatches(
  { effect }: ExplainableStatement['statement'],
  { principal }: StatementParts,
  request: AuthorizationRequest,
  hasBoundary: boolean,
): boolean {
  if (principal === undefined) return false;
  if (!principal.negated) return matchPrincipal(principal, request.principal) !== PrincipalMatch.none;
  return effect === 'Deny' && !isSpared(principal, request.principal, hasBoundary);
}
