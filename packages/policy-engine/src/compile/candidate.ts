import { allHold, type CompiledCondition } from '../conditions/compile-condition.js';
import type { ResourceMatcher } from '../matching/compile-resource.js';
import type { AuthorizationRequest } from '../model.js';
import type { CompiledStatement } from './compiled-statement.js';

/** A way for a statement to apply: one resource pattern, and the statement's conditions. */
export interface Candidate {
  readonly covers: ResourceMatcher['test'];
  readonly conditions: readonly CompiledCondition[];
  readonly statement: CompiledStatement;
}

/** On the path of every decision, so counted loops and early returns are worthwhile. */
export function firstThatApplies(
  candidates: readonly Candidate[],
  { resource, context }: AuthorizationRequest,
): CompiledStatement | undefined {
  for (let index = 0; index < candidates.length; index++) {
    const { covers, conditions, statement } = candidates[index]!;
    if (!covers(resource, context)) continue;
    if (conditions.length === 0 || allHold(conditions, context)) return statement;
  }
  return undefined;
}
