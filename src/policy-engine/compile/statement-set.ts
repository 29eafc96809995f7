import { appliesToRequest } from '../evaluate/statement-applies.js';
import type { AuthorizationRequest } from '../model.js';
import type { CompiledStatement } from './compiled-policy.js';

/** Statements of one effect whose action is known to match. */
export class StatementSet {
  private readonly inOrder: readonly CompiledStatement[];

  constructor(statements: readonly CompiledStatement[]) {
    this.inOrder = statements;
  }

  /** @returns the first statement found that applies */
  find(request: AuthorizationRequest): CompiledStatement | undefined {
    for (const statement of this.inOrder) {
      if (appliesToRequest(statement, request)) return statement;
    }
    return undefined;
  }
}
