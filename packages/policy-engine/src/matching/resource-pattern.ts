import { compilePieces } from './glob.js';
import type { TextTest } from './glob-pieces.js';
import type { GlobPiece } from './glob-pieces.js';
import type { PatternToken, TemplateToken } from './template.js';

/** Colons before the last segment of an ARN, which may contain colons. */
const ARN_COLONS = 5;

/**
 * A pattern of the Resource element. Case-sensitive.
 *
 * Wildcards match within their segment, except that a `*` at the end of a segment may match beyond its colon. The part
 * after the fifth colon is one segment, whatever it contains.
 *
 * Source: AWS IAM User Guide, "IAM JSON policy elements: Resource": "You can use wildcard characters (* and ?) within
 * the individual ARN segments (the parts separated by colons) […]. If you use an asterisk (*) wildcard as the last
 * character of a resource ARN segment, it can expand to match beyond the colon boundaries."
 */
export function compileResourcePattern(tokens: readonly PatternToken[]): TextTest {
  let colons = 0;
  const pieces = tokens.map((token, index): GlobPiece => {
    if (token.type === 'text') {
      colons += countColons(token.text);
      return token;
    }
    return {
      type: token.type,
      crossesColons: colons >= ARN_COLONS || (token.type === 'anyRun' && endsSegment(tokens[index + 1])),
    };
  });
  return compilePieces(pieces);
}

/** The text after a pattern's fifth colon, up to its first wildcard or variable; undefined without a fifth colon. */
export function literalTail(tokens: readonly TemplateToken[]): string | undefined {
  let colons = 0;
  for (const token of tokens) {
    if (token.type !== 'text') continue;
    for (let at = token.text.indexOf(':'); at !== -1; at = token.text.indexOf(':', at + 1)) {
      if (++colons === ARN_COLONS) return token.text.slice(at + 1);
    }
  }
  return undefined;
}

/** The text before the tail, for a pattern that is one text followed by a `*`. */
export function literalHead(tokens: readonly TemplateToken[], tail: string): string | undefined {
  const [first, second, third] = tokens;
  if (first?.type !== 'text' || second?.type !== 'anyRun' || third !== undefined) return undefined;
  return first.text.slice(0, first.text.length - tail.length);
}

function endsSegment(next: PatternToken | undefined): boolean {
  return next === undefined || (next.type === 'text' && next.text.startsWith(':'));
}

function countColons(text: string): number {
  let count = 0;
  for (let at = text.indexOf(':'); at !== -1; at = text.indexOf(':', at + 1)) count++;
  return count;
}
