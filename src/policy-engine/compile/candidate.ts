import { allHold, type CompiledCondition } from '../conditions/compile-condition.js';
import type { ResourceMatcher } from '../matching/compile-resource.js';
import type { AuthorizationRequest } from '../model.js';
import type { CompiledStatement } from './compiled-policy.js';

/** One way for a statement to apply: a resource pattern, and the statement's conditions. */
export interface Candidate {
  readonly covers: ResourceMatcher['test'];
  readonly conditions: readonly CompiledCondition[];
  readonly statement: CompiledStatement;
}

export function firstThatApplies(
  candidates: readonly Candidate[],
  { resource, context }: AuthorizationRequest,
): CompiledStatement | undefined {
  for (const candidate of candidates) {
    if (candidate.covers(resource, context) && allHold(candidate.conditions, context)) return candidate.statement;
  }
  return undefined;
}
