import type { CompiledCondition } from '../conditions/compile-condition.js';
import type { Statement } from '../document/policy-document.js';
import type { CompiledActions } from '../matching/action-pattern.js';
import type { CompiledResource } from '../matching/compile-resource.js';
import type { Decision, PolicySource } from '../model.js';
import type { CompiledPrincipal } from './principal-matcher.js';

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
