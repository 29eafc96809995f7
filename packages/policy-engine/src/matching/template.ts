import type { ConditionContext } from '../model.js';

/** One piece of a pattern. A run of `*` is one `anyRun`. */
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

/** A pattern without variables: what is left to match once the request is known. */
export type PatternToken = Exclude<TemplateToken, VariableToken>;

export interface TemplateSyntax {
  /** `${key}`, `${key, 'default'}`, `${*}`, `${?}` and `${$}` have a meaning (policy version 2012-10-17). */
  readonly variables: boolean;
  /** `*` and `?` have a meaning. */
  readonly wildcards: boolean;
}

/**
 * A condition key's name may hold spaces, as in `aws:PrincipalTag/cost center`. The default is quoted; `''` stands for one
 * quote. No two neighbouring parts can match the same character, so that the search never goes back.
 */
const VARIABLE = /\$\{(?:([*?$])|([^'{},$*?]+)(?:,\s*'((?:[^']|'')*)'\s*)?)\}/y;

/**
 * Cuts a pattern into tokens.
 *
 * Source: AWS IAM User Guide, "IAM policy elements: Variables and tags".
 *
 * @returns undefined when `${` begins something that is not a variable
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

/** True when no token is a variable: then the tokens are the pattern for every request. */
export function isPattern(tokens: readonly TemplateToken[]): tokens is readonly PatternToken[] {
  return tokens.every((token) => token.type !== 'variable');
}

/**
 * Puts the request's values in place of the variables. A value is text: a `*` inside it is an asterisk, not a wildcard.
 *
 * @returns undefined when a key is absent, or has several values, and no default is given
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

/** The text of a pattern without wildcards; undefined when it has some. */
export function literalText(tokens: readonly PatternToken[]): string | undefined {
  let text = '';
  for (const token of tokens) {
    if (token.type !== 'text') return undefined;
    text += token.text;
  }
  return text;
}
