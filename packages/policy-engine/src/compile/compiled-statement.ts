import type { CompiledCondition } from '../conditions/compile-condition.js';
import type { Statement } from '../document/policy-document.js';
import type { CompiledActions } from '../matching/action-pattern.js';
import type { CompiledResource } from '../matching/compile-resource.js';
import type { Decision, PolicySource } from '../model.js';
import type { CompiledPrincipal } from './principal-matcher.js';

/** A statement with everything compiled that does not depend on the request. */
export interface CompiledStatement {
  readonly source: PolicySource;
  readonly index: number;
  readonly isAllow: boolean;
  readonly actions: CompiledActions;
  /** Absent: the statement applies to every resource. */
  readonly resource: CompiledResource | undefined;
  /** Absent: the statement applies to the principal to which the policy is attached. */
  readonly principal: CompiledPrincipal | undefined;
  /** Cheapest first. */
  readonly conditions: readonly CompiledCondition[];
  /** The version of its policy supports policy variables. */
  readonly variables: boolean;
  readonly statement: Statement;
  /**
   * The decision of this statement as part of an identity-based policy, cached after the first use: it is always the
   * same.
   */
  identityDecision: Decision | undefined;
}
