import type { Statement } from '../document/policy-document.js';
import type { PolicyKind, PolicySource } from '../model.js';
import type { CompiledStatement } from './compiled-statement.js';
import type { StatementIndex } from './statement-index.js';

/**
 * A compiled policy, or several merged into one (see `mergePolicies`). It contains nothing of any request and may be
 * shared between principals.
 */
export interface CompiledPolicy {
  /** In order, without statements that can never apply. */
  readonly statements: readonly CompiledStatement[];
  /** All statements, understood or not, for explanations. */
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
