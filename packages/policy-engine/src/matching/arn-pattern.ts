import { compileGlob } from './glob.js';
import type { TextTest } from './glob-pieces.js';
import { literalText, type PatternToken } from './template.js';

const SEGMENTS = 6;

/**
 * A value of ArnEquals or ArnLike: "Each of the six colon-delimited components of the ARN is checked separately and
 * each can include multi-character match wildcards (*) or single-character match wildcards (?)." `*` alone matches any
 * ARN.
 *
 * Source: AWS IAM User Guide, "IAM JSON policy elements: Condition operators", ARN condition operators.
 *
 * @returns undefined if the pattern is neither `*` nor six segments
 */
export function compileArnPattern(tokens: readonly PatternToken[]): TextTest | undefined {
  if (tokens.length === 1 && tokens[0]?.type === 'anyRun') return (text) => isArn(text);
  const literal = literalText(tokens);
  if (literal !== undefined) return isArn(literal) ? (text) => text === literal : undefined;
  const segments = splitAtColons(tokens);
  if (segments.length !== SEGMENTS) return undefined;
  const tests = segments.map(compileGlob);
  return (text) => {
    let from = 0;
    for (let index = 0; index < SEGMENTS; index++) {
      const colon = index === SEGMENTS - 1 ? text.length : text.indexOf(':', from);
      if (colon === -1 || tests[index]?.(text.slice(from, colon)) !== true) return false;
      from = colon + 1;
    }
    return true;
  };
}

/** Six segments, the first of them `arn`. */
export function isArn(text: string): boolean {
  if (!text.startsWith('arn:')) return false;
  let from = 0;
  for (let colons = 0; colons < SEGMENTS - 1; colons++) {
    const colon = text.indexOf(':', from);
    if (colon === -1) return false;
    from = colon + 1;
  }
  return true;
}

/** At most six parts; the sixth keeps its colons. */
function splitAtColons(tokens: readonly PatternToken[]): PatternToken[][] {
  let current: PatternToken[] = [];
  const segments = [current];
  for (const token of tokens) {
    if (token.type !== 'text') {
      current.push(token);
      continue;
    }
    let rest = token.text;
    for (let colon = rest.indexOf(':'); colon !== -1 && segments.length < SEGMENTS; colon = rest.indexOf(':')) {
      if (colon > 0) current.push({ type: 'text', text: rest.slice(0, colon) });
      segments.push((current = []));
      rest = rest.slice(colon + 1);
    }
    if (rest !== '') current.push({ type: 'text', text: rest });
  }
  return segments;
}
