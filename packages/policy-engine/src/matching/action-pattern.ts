import { compileGlob } from './glob.js';
import type { TextTest } from './glob-pieces.js';
import { literalText, parseTemplate } from './template.js';

/** One pattern of an Action element. Actions are compared in lower case. */
export interface ActionMatcher {
  /** In lower case. */
  readonly text: string;
  /** The service prefix, if it has no wildcard: all matching actions have it. */
  readonly service: string | undefined;
  readonly isLiteral: boolean;
  readonly test: TextTest;
}

/** Action or NotAction. */
export interface CompiledActions {
  readonly negated: boolean;
  readonly matchers: readonly ActionMatcher[];
}

const WITH_WILDCARDS = { variables: false, wildcards: true } as const;

export function compileActionMatcher(pattern: string): ActionMatcher {
  const text = pattern.toLowerCase();
  const tokens = parseTemplate(text, WITH_WILDCARDS) ?? [];
  const patternTokens = tokens.filter((token) => token.type !== 'variable');
  const service = serviceOf(text);
  return {
    text,
    service: service !== undefined && /[*?]/.test(service) ? undefined : service,
    isLiteral: literalText(patternTokens) !== undefined,
    test: compileGlob(patternTokens),
  };
}

/** @param action in lower case */
export function actionCovers({ negated, matchers }: CompiledActions, action: string): boolean {
  for (const matcher of matchers) {
    if (matcher.test(action)) return !negated;
  }
  return negated;
}

/** The text before the first colon; undefined without a colon. */
export function serviceOf(action: string): string | undefined {
  const colon = action.indexOf(':');
  return colon === -1 ? undefined : action.slice(0, colon);
}
