import type { CompiledActions, CompiledStatement } from '../compile/compiled-policy.js';
import { resourceCovers } from '../matching/compile-resource.js';
import type { AuthorizationRequest } from '../model.js';

/** @param action in lower case */
export function actionCovers(actions: CompiledActions, action: string): boolean {
  for (const matcher of actions.matchers) {
    if (matcher.test(action)) return !actions.negated;
  }
  return actions.negated;
}

/** Resource and Condition; the action is known to match. */
export function appliesToRequest(statement: CompiledStatement, request: AuthorizationRequest): boolean {
  const { resource } = statement;
  if (resource !== undefined && !resourceCovers(resource, statement.isAllow, request.resource, request.context)) {
    return false;
  }
  return conditionsHold(statement, request);
}

export function conditionsHold(statement: CompiledStatement, request: AuthorizationRequest): boolean {
  for (const condition of statement.conditions) {
    if (!condition.holds(request.context)) return false;
  }
  return true;
}
