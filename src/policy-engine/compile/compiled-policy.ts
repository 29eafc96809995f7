import type { CompiledCondition } from '../conditions/compile-condition.js';
import type { Statement } from '../document/policy-document.js';
import type { CompiledActions } from '../matching/action-pattern.js';
import type { CompiledResource } from '../matching/compile-resource.js';
import type { Decision, PolicyKind, PolicySource } from '../model.js';
import type { CompiledPrincipal } from './principal-matcher.js';
import type { StatementIndex } from './statement-index.js';

/** A statement with everything prepared that does not depend on the request. */
export interface CompiledStatement {
  readonly source: PolicySource;
  readonly index: number;
  readonly isAllow: boolean;
  readonly actions: CompiledActions;
  /** Absent: the statement speaks of every resource that the policy is asked about. */
  readonly resource: CompiledResource | undefined;
  /** Absent: the statement speaks of whoever the policy is attached to. */
  readonly principal: CompiledPrincipal | undefined;
  /** Cheapest first. */
  readonly conditions: readonly CompiledCondition[];
  /** Its policy's version has policy variables. */
  readonly variables: boolean;
  readonly statement: Statement;
  /** What this statement decides as part of an identity-based policy, once it was asked: it is always the same. */
  identityDecision: Decision | undefined;
}

/**
 * A policy ready to be asked, or several merged into one (see `mergePolicies`). Holds nothing of any request and may be
 * shared between principals.
 */
export interface CompiledPolicy {
  /** In order; statements that can never apply are left out. */
  readonly statements: readonly CompiledStatement[];
  /** Every statement, understood or not, for explanations. */
  readonly documents: readonly ExplainableStatement[];
  readonly index: StatementIndex;
}

export interface ExplainableStatement {
  readonly source: PolicySource;
  readonly index: number;
  readonly statement: Statement;
  readonly kind: PolicyKind;
  readonly variables: boolean;
}
