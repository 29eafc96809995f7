import { compileCondition, type CompiledCondition } from '../conditions/compile-condition.js';
import type { PolicyDocument, Statement } from '../document/policy-document.js';
import { compileActionMatcher } from '../matching/action-pattern.js';
import type { PolicyKind, PolicySource } from '../model.js';
import type { CompiledPolicy } from './compiled-policy.js';
import type { CompiledStatement } from './compiled-statement.js';
import type { MatcherPool } from './matcher-pool.js';
import { compilePrincipal } from './principal-matcher.js';
import { compileResource } from './resource-readings.js';
import { StatementIndex } from './statement-index.js';

/**
 * Compiles a document for decisions.
 *
 * @param pool shares compiled parts with other policies of equal text; see `MatcherPool`
 */
export function compilePolicy(document: PolicyDocument, source: PolicySource, pool?: MatcherPool): CompiledPolicy {
  const { kind } = document;
  const variables = document.version === '2012-10-17';
  const compile = (statement: Statement, index: number): CompiledStatement | undefined =>
    compileStatement(statement, index, { source, kind, variables }, pool);
  const statements = document.statements.map(compile).filter((statement) => statement !== undefined);
  return {
    statements,
    documents: document.statements.map((statement, index) => ({ source, index, statement, kind, variables })),
    index: new StatementIndex(statements),
  };
}

/**
 * Merges many policies into one with a single index, so that a decision costs the same for any number of policies. Each
 * statement keeps the policy it came from. Keep the result as long as the list does not change.
 */
export function mergePolicies(policies: readonly CompiledPolicy[]): CompiledPolicy {
  const [only, second] = policies;
  if (only !== undefined && second === undefined) return only;
  const statements = policies.flatMap((policy) => policy.statements);
  return {
    statements,
    documents: policies.flatMap((policy) => policy.documents),
    index: new StatementIndex(statements),
  };
}

/** @returns undefined for an Allow that is not understood, or that uses NotPrincipal: it never applies */
function compileStatement(
  statement: Statement,
  index: number,
  { source, kind, variables }: { source: PolicySource; kind: PolicyKind; variables: boolean },
  pool: MatcherPool | undefined,
): CompiledStatement | undefined {
  const isAllow = statement.effect === 'Allow';
  if (isAllow && statement.principal?.negated === true) return undefined;
  const resource = statement.resource && compileResource(statement.resource, { kind, isAllow, variables }, pool);
  if (statement.resource !== undefined && resource === undefined && isAllow) return undefined;
  return {
    source,
    index,
    isAllow,
    actions: {
      negated: statement.action.negated,
      matchers: statement.action.patterns.map((pattern) =>
        share(pool, `action ${pattern}`, () => compileActionMatcher(pattern)),
      ),
    },
    // A Deny whose resources are not understood denies on all resources.
    resource,
    principal: statement.principal && compilePrincipal(statement.principal),
    conditions: compileConditions(statement, variables, pool),
    variables,
    statement,
    identityDecision: undefined,
  };
}

function compileConditions(
  { conditions, effect }: Statement,
  variables: boolean,
  pool: MatcherPool | undefined,
): readonly CompiledCondition[] {
  return conditions
    .map((entry) =>
      share(pool, `condition ${variables} ${effect} ${JSON.stringify(entry)}`, () =>
        compileCondition(entry, effect === 'Allow', variables),
      ),
    )
    .sort((a, b) => a.cost - b.cost);
}

function share<Part>(pool: MatcherPool | undefined, key: string, make: () => Part): Part {
  return pool === undefined ? make() : pool.share(key, make);
}
