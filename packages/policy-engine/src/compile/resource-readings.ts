import { completeArn, isIncompleteArn } from '../document/arn-fields.js';
import type { PatternElement } from '../document/policy-document.js';
import { compileResourceMatcher, type CompiledResource, type ResourceMatcher } from '../matching/compile-resource.js';
import { doubtTest, severalValuesTest } from '../matching/doubtful-values.js';
import { parseTemplate } from '../matching/template.js';
import type { PolicyKind } from '../model.js';
import type { MatcherPool } from './matcher-pool.js';

/** The facts that determine how the patterns of a Resource or NotResource element are interpreted. */
interface ReadingRules {
  readonly kind: PolicyKind;
  readonly isAllow: boolean;
  /** The version of the policy supports policy variables. */
  readonly variables: boolean;
}

/**
 * Compiles a Resource or NotResource element.
 *
 * @returns undefined if a pattern is not understood
 */
export function compileResource(
  element: PatternElement,
  rules: ReadingRules,
  pool?: MatcherPool,
): CompiledResource | undefined {
  const matchers: ResourceMatcher[] = [];
  for (const pattern of element.patterns) {
    for (const text of readingsOf(pattern, element.negated, rules)) {
      const make = () => compileReading(text, element.negated, rules);
      const key = `resource ${rules.variables} ${rules.isAllow} ${element.negated} ${text}`;
      const matcher = pool === undefined ? make() : pool.share(key, make);
      if (matcher === undefined) return undefined;
      matchers.push(matcher);
    }
  }
  return { negated: element.negated, matchers };
}

/** If a value of the request is in doubt, the interpretation that allows less. */
function compileReading(
  text: string,
  negated: boolean,
  { isAllow, variables }: ReadingRules,
): ResourceMatcher | undefined {
  const matcher = compileResourceMatcher(text, variables);
  const template = parseTemplate(text, { variables, wildcards: true });
  if (matcher === undefined || template?.some(({ type }) => type === 'variable') !== true) return matcher;
  const { test } = matcher;
  if (isAllow && negated) {
    const isUnclear = severalValuesTest(template);
    return { ...matcher, test: (resource, context) => test(resource, context) || isUnclear(context) };
  }
  const isDoubtful = doubtTest(template, true);
  if (isAllow === negated || isDoubtful === undefined) return matcher;
  return { ...matcher, test: (resource, context) => test(resource, context) && !isDoubtful(context) };
}

/**
 * The patterns for one pattern of the element. Only an incomplete ARN is ambiguous (decision 48), unless it ends with a
 * `*`, which matches beyond its colon:
 *
 * - If matching more allows less (`Deny` with `Resource`, `Allow` with `NotResource`), it matches as written,
 *   completed, and completed after dropping a trailing colon.
 * - If matching more allows more, it matches as completed, and in a resource-based policy, for which AWS does not
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
