import type { Statement } from '../document/policy-document.js';
import type { PolicyKind, PolicySource } from '../model.js';
import type { CompiledStatement } from './compiled-statement.js';
import type { StatementIndex } from './statement-index.js';

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
