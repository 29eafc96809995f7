import { isIncompleteArn } from '../document/arn-fields.js';
import { compileActionMatcher } from '../matching/action-pattern.js';
import { compileResourcePattern } from '../matching/resource-pattern.js';
import { isPattern, parseTemplate } from '../matching/template.js';

/** A pattern prepared for the question whether it covers others. */
export interface PreparedPattern {
  readonly text: string;
  /** The text as it is compared; actions ignore case. */
  readonly key: string;
  /** Whether it matches everything that another matches; absent when it covers nothing but its like. */
  readonly coversKey?: (key: string) => boolean;
}

/** Comparing each pattern with each is worth a moment, not more; real policies are far below. */
const MAX_COMPARISONS = 250_000;

/**
 * A pattern covers another when it matches the other's text: only a `*` can match a `*` there. A `?` could too, so a
 * pattern with one covers nothing. May miss some, never claims too much.
 */
export function prepareAction(text: string): PreparedPattern {
  const key = text.toLowerCase();
  return canCover(text) ? { text, key, coversKey: compileActionMatcher(text).test } : { text, key };
}

/**
 * Variables and incomplete ARNs are not looked into: a pattern with one, and an ARN with fewer than six fields unless a `*`
 * ends it, is covered by its like and by `*`.
 */
export function prepareResource(text: string): PreparedPattern {
  if (isOpaque(text)) return { text, key: text };
  const tokens = parseTemplate(text, { variables: false, wildcards: true });
  if (!canCover(text) || tokens === undefined || !isPattern(tokens)) return { text, key: text };
  const matches = compileResourcePattern(tokens);
  return { text, key: text, coversKey: (key) => text === '*' || (!isOpaque(key) && matches(key)) };
}

function isOpaque(text: string): boolean {
  return text.includes('${') || (!text.endsWith('*') && isIncompleteArn(text, false));
}

function canCover(text: string): boolean {
  return text.includes('*') && !text.includes('?');
}

function covers(wider: PreparedPattern, narrower: PreparedPattern): boolean {
  return wider.key === narrower.key || wider.coversKey?.(narrower.key) === true;
}

/** Whether each of the second list is covered by one of the first. */
export function coversAll(wider: readonly PreparedPattern[], narrower: readonly PreparedPattern[]): boolean {
  return narrower.every((pattern) => wider.some((other) => covers(other, pattern)));
}

/**
 * The patterns that another one of the list covers, with the first that does; of equals the first is not redundant.
 * Nothing is looked for in lists too long to compare.
 */
export function redundantPatterns(
  patterns: readonly PreparedPattern[],
): readonly { readonly index: number; readonly text: string; readonly wider: string }[] {
  const wide = [...patterns.entries()].filter(([, pattern]) => pattern.coversKey !== undefined);
  if (wide.length * patterns.length > MAX_COMPARISONS) return [];
  const firstOfKey = new Map<string, number>();
  for (const [index, { key }] of patterns.entries()) {
    if (!firstOfKey.has(key)) firstOfKey.set(key, index);
  }
  return patterns.flatMap((pattern, index) => {
    const equal = firstOfKey.get(pattern.key) ?? index;
    if (equal < index) return [{ index, text: pattern.text, wider: patterns[equal]?.text ?? '' }];
    const wider = wide.find(([, other]) => other.key !== pattern.key && covers(other, pattern));
    return wider === undefined ? [] : [{ index, text: pattern.text, wider: wider[1].text }];
  });
}
