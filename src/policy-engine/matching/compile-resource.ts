import type { PatternElement } from '../document/policy-document.js';
import type { ConditionContext } from '../model.js';
import { literalPrefix } from './glob.js';
import { compileResourcePattern } from './resource-pattern.js';
import { isPattern, parseTemplate, resolveTemplate, type PatternToken, type TemplateToken } from './template.js';

/** One pattern of a Resource element. */
export interface ResourceMatcher {
  /** As written. */
  readonly text: string;
  /** What every resource that matches begins with. */
  readonly prefix: string;
  /** @returns undefined when a variable of the pattern cannot be resolved; the pattern then matches nothing */
  readonly test: (resource: string, context: ConditionContext) => boolean | undefined;
}

export interface CompiledResource {
  readonly negated: boolean;
  readonly matchers: readonly ResourceMatcher[];
}

/** @returns undefined when `${` begins something that is not a variable */
export function compileResourceMatcher(text: string, variables: boolean): ResourceMatcher | undefined {
  const template = parseTemplate(text, { variables, wildcards: true });
  if (template === undefined) return undefined;
  if (isPattern(template)) return { text, prefix: literalPrefix(template), test: compileResourcePattern(template) };
  return variableMatcher(text, template);
}

function variableMatcher(text: string, template: readonly TemplateToken[]): ResourceMatcher {
  const prefix = literalPrefix(leadingPattern(template));
  return {
    text,
    prefix,
    test: (resource, context) => {
      if (!resource.startsWith(prefix)) return isResolvable(template, context) ? false : undefined;
      const pattern = resolveTemplate(template, context);
      return pattern && compileResourcePattern(pattern)(resource);
    },
  };
}

function isResolvable(template: readonly TemplateToken[], context: ConditionContext): boolean {
  return resolveTemplate(template, context) !== undefined;
}

function leadingPattern(template: readonly TemplateToken[]): readonly PatternToken[] {
  const end = template.findIndex((token) => token.type === 'variable');
  return template.slice(0, end) as PatternToken[];
}

/**
 * Whether a Resource or NotResource element covers the resource. With NotResource, an unresolved variable counts as a
 * pattern that matched nothing for a Deny (it applies), and spoils an Allow.
 */
export function resourceCovers(
  element: CompiledResource,
  isAllow: boolean,
  resource: string,
  context: ConditionContext,
): boolean {
  let unresolved = false;
  for (const matcher of element.matchers) {
    const matched = matcher.test(resource, context);
    if (matched === true) return !element.negated;
    if (matched === undefined) unresolved = true;
  }
  return element.negated && !(unresolved && isAllow);
}

export type ResourceCompiler = (element: PatternElement) => CompiledResource | undefined;
