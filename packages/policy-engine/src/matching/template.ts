import type { ConditionContext } from '../model.js';

/** One piece of a pattern. Consecutive `*` are one `anyRun`. */
export type TemplateToken =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'anyRun' }
  | { readonly type: 'anyOne' }
  | VariableToken;

/** `name` is the key as written, `key` the same in lower case. */
export interface VariableToken {
  readonly type: 'variable';
  readonly name: string;
  readonly key: string;
  readonly defaultValue?: string;
}

/** A pattern without variables, to be matched once the request is known. */
export type PatternToken = Exclude<TemplateToken, VariableToken>;

export interface TemplateSyntax {
  /** `${key}`, `${key, 'default'}`, `${*}`, `${?}` and `${$}` are interpreted (policy version 2012-10-17). */
  readonly variables: boolean;
  /** `*` and `?` are interpreted. */
  readonly wildcards: boolean;
}

/**
 * The name of a condition key may contain spaces, as in `aws:PrincipalTag/cost center`. The default is quoted; `''`
 * stands for one quote. No two adjacent parts can match the same character, so there is no backtracking.
 */
const VARIABLE = /\$\{(?:([*?$])|([^'{},$*?]+)(?:,\s*'((?:[^']|'')*)'\s*)?)\}/y;

/**
 * Splits a pattern into tokens.
 *
 * Source: AWS IAM User Guide, "IAM policy elements: Variables and tags".
 *
 * @returns undefined if `${` begins something that is not a variable
 */
export function parseTemplate(text: string, syntax: TemplateSyntax): readonly TemplateToken[] | undefined {
  const tokens: TemplateToken[] = [];
  let plain = '';
  const flush = () => {
    if (plain !== '') tokens.push({ type: 'text', text: plain });
    plain = '';
  };
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (syntax.variables && character === '$' && text[at + 1] === '{') {
      VARIABLE.lastIndex = at;
      const match = VARIABLE.exec(text);
      if (match === null) return undefined;
      const [whole, special, spacedName = '', defaultValue] = match;
      const name = spacedName.trim();
      if (special === undefined && name === '') return undefined;
      at += whole.length - 1;
      if (special !== undefined) {
        plain += special;
        continue;
      }
      flush();
      tokens.push({
        type: 'variable',
        name,
        key: name.toLowerCase(),
        ...(defaultValue === undefined ? {} : { defaultValue: defaultValue.replaceAll("''", "'") }),
      });
    } else if (syntax.wildcards && character === '*') {
      flush();
      if (tokens.at(-1)?.type !== 'anyRun') tokens.push({ type: 'anyRun' });
    } else if (syntax.wildcards && character === '?') {
      flush();
      tokens.push({ type: 'anyOne' });
    } else {
      plain += character;
    }
  }
  flush();
  return tokens;
}

/** True if no token is a variable: the tokens are then the pattern for every request. */
export function isPattern(tokens: readonly TemplateToken[]): tokens is readonly PatternToken[] {
  return tokens.every((token) => token.type !== 'variable');
}

/**
 * Substitutes the request's values for the variables. A value is text: a `*` in it is not a wildcard.
 *
 * @returns undefined if a key is absent or has several values, and there is no default
 */
export function resolveTemplate(
  tokens: readonly TemplateToken[],
  context: ConditionContext,
): readonly PatternToken[] | undefined {
  const resolved: PatternToken[] = [];
  for (const token of tokens) {
    if (token.type !== 'variable') {
      resolved.push(token);
      continue;
    }
    const value = variableValue(token, context);
    if (value === undefined) return undefined;
    if (value !== '') resolved.push({ type: 'text', text: value });
  }
  return resolved;
}

/**
 * The request's value for a variable, or the variable's default.
 *
 * A multi-valued key cannot be a variable (AWS IAM User Guide, "Single-valued vs. multivalued context keys").
 */
export function variableValue(variable: VariableToken, context: ConditionContext): string | undefined {
  const value = context.get(variable.key);
  if (typeof value === 'string') return value;
  return (value?.length === 1 ? value[0] : undefined) ?? variable.defaultValue;
}

/** The text of a pattern without wildcards; undefined if it has some. */
export function literalText(tokens: readonly PatternToken[]): string | undefined {
  let text = '';
  for (const token of tokens) {
    if (token.type !== 'text') return undefined;
    text += token.text;
  }
  return text;
}
