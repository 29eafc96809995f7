import { completeArn, isIncompleteArn } from '../document/arn-fields.js';
import type { PatternElement } from '../document/policy-document.js';
import { compileResourceMatcher, type CompiledResource, type ResourceMatcher } from '../matching/compile-resource.js';
import type { PolicyKind } from '../model.js';
import type { MatcherPool } from './matcher-pool.js';

/** What decides how the patterns of a Resource or NotResource element are read. */
export interface ReadingRules {
  readonly kind: PolicyKind;
  readonly isAllow: boolean;
  /** The policy's version has policy variables. */
  readonly variables: boolean;
}

/**
 * Prepares a Resource or NotResource element.
 *
 * @returns undefined when a pattern cannot be understood
 */
export function compileResource(
  element: PatternElement,
  rules: ReadingRules,
  pool?: MatcherPool,
): CompiledResource | undefined {
  const matchers: ResourceMatcher[] = [];
  for (const pattern of element.patterns) {
    for (const text of readingsOf(pattern, element.negated, rules)) {
      const make = () => compileResourceMatcher(text, rules.variables);
      const matcher = pool === undefined ? make() : pool.share(`resource ${rules.variables} ${text}`, make);
      if (matcher === undefined) return undefined;
      matchers.push(matcher);
    }
  }
  return { negated: element.negated, matchers };
}

/**
 * The patterns that stand for one pattern of the element. Only an incomplete ARN leaves a choice (decision 85), unless a
 * `*` ends it, which reaches beyond its colon:
 *
 * - Where matching more allows less (`Deny` with `Resource`, `Allow` with `NotResource`), it matches as written, completed,
 *   and completed after a colon at its end is dropped.
 * - Where matching more allows more, it matches as completed, and in a resource-based policy, for which AWS does not
 *   document completion, as written.
 */
function readingsOf(pattern: string, negated: boolean, { kind, isAllow, variables }: ReadingRules): readonly string[] {
  if (!isIncompleteArn(pattern, variables) || pattern.endsWith('*')) return [pattern];
  if (isAllow === negated) return [pattern, completeArn(withoutLastColons(pattern), variables)];
  return [kind === 'resource' ? pattern : completeArn(pattern, variables)];
}

function withoutLastColons(pattern: string): string {
  let end = pattern.length;
  while (pattern[end - 1] === ':') end--;
  return pattern.slice(0, end);
}
