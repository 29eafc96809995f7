import type { ConditionContext } from '../model.js';
import { compileResourcePattern, literalHead, literalTail } from './resource-pattern.js';
import { isPattern, parseTemplate, resolveTemplate, variableValue, type TemplateToken } from './template.js';
import { countWork, stepsToCompile } from './work.js';

/** One pattern of a Resource element. */
export interface ResourceMatcher {
  /** As written. */
  readonly text: string;
  /** The text after the fifth colon, up to the first wildcard or variable; undefined without a fifth colon. */
  readonly tail: string | undefined;
  /** The text before the tail, if it has no wildcard or variable and only a `*` follows the tail. */
  readonly head: string | undefined;
  /** A pattern with a variable that cannot be resolved matches nothing. */
  readonly test: (resource: string, context: ConditionContext) => boolean;
}

export interface CompiledResource {
  readonly negated: boolean;
  readonly matchers: readonly ResourceMatcher[];
}

/** @returns undefined if `${` begins something that is not a variable */
export function compileResourceMatcher(text: string, variables: boolean): ResourceMatcher | undefined {
  const template = parseTemplate(text, { variables, wildcards: true });
  if (template === undefined) return undefined;
  const tail = literalTail(template);
  const head = tail === undefined ? undefined : literalHead(template, tail);
  if (isPattern(template)) {
    return { text, tail, head, test: compileResourcePattern(template) };
  }
  return { text, tail, head, test: compileTemplate(template) };
}

/**
 * Matches the part before the first wildcard piece by piece, which decides nearly every request without building a
 * pattern: most resources that do not match differ there, and most templates end there, or with a `*`.
 */
function compileTemplate(template: readonly TemplateToken[]): ResourceMatcher['test'] {
  const wildcard = template.findIndex((token) => token.type === 'anyRun' || token.type === 'anyOne');
  const leading = wildcard === -1 ? template : template.slice(0, wildcard);
  const endsWithRun = wildcard === template.length - 1 && template[wildcard]?.type === 'anyRun';
  return (resource, context) => {
    const at = matchLeading(leading, resource, context);
    if (at === -1) return false;
    if (wildcard === -1) return at === resource.length;
    if (endsWithRun) return true;
    const pattern = resolveTemplate(template, context);
    if (pattern === undefined) return false;
    countWork(stepsToCompile(pattern));
    return compileResourcePattern(pattern)(resource);
  };
}

/** @returns where the leading texts and variables end in the resource, or -1 */
function matchLeading(leading: readonly TemplateToken[], resource: string, context: ConditionContext): number {
  let at = 0;
  for (const token of leading) {
    let text: string | undefined;
    if (token.type === 'text') text = token.text;
    else if (token.type === 'variable') text = variableValue(token, context);
    if (text === undefined || !resource.startsWith(text, at)) return -1;
    at += text.length;
  }
  return at;
}

/** Whether a Resource or NotResource element covers the resource. */
export function resourceCovers(
  { negated, matchers }: CompiledResource,
  resource: string,
  context: ConditionContext,
): boolean {
  for (const matcher of matchers) {
    if (matcher.test(resource, context)) return !negated;
  }
  return negated;
}
