import { isIncompleteArn } from '../document/arn-fields.js';
import { compileActionMatcher } from '../matching/action-pattern.js';
import { compileResourcePattern } from '../matching/resource-pattern.js';
import { isPattern, parseTemplate } from '../matching/template.js';

/** A pattern that is prepared for comparisons with others. */
export interface PreparedPattern {
  readonly text: string;
  /** The text for comparisons; actions ignore case. */
  readonly key: string;
  /** Whether it matches everything that another one matches; absent if it covers only equal patterns. */
  readonly coversKey?: (key: string) => boolean;
}

/** The maximum number of pairs to compare; real policies are far below it. */
const MAX_COMPARISONS = 250_000;

/**
 * A pattern covers another one if it matches the other's text: only a `*` can match a `*` there. A `?` could too, so a
 * pattern with one covers nothing. May miss some, but never reports a wrong one.
 */
export function prepareAction(text: string): PreparedPattern {
  const key = text.toLowerCase();
  return canCover(text) ? { text, key, coversKey: compileActionMatcher(text).test } : { text, key };
}

/**
 * Variables and incomplete ARNs are not analyzed: a pattern with a variable, and an ARN with fewer than six fields
 * unless it ends with a `*`, is covered only by an equal one and by `*`.
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
 * The patterns that another one of the list covers, with the first one that does; of equal patterns the first is not
 * redundant. Lists that are too long are not compared.
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
