import type { ConditionContext } from '../../src/model.js';

/** One element of a pattern: a character or a wildcard. */
export type Pattern = readonly Place[];
type Place = { readonly is: string } | { readonly run: boolean; readonly colons: boolean };

/**
 * Substitutes variables and marks wildcards. IAM User Guide, "IAM policy elements: Variables and tags": `${*}`, `${?}`
 * and `${$}` are the characters themselves; a default is written as `${key, 'default'}`; the value of a variable is
 * text.
 *
 * @returns undefined if a variable has no value, so that nothing matches; `several` if it has several
 */
export function places(
  pattern: string,
  hasVariables: boolean,
  context: ConditionContext,
): Place[] | 'several' | undefined {
  const keys = hasVariables ? variableKeys(pattern) : [];
  const lacking = keys.filter(([inside]) => valueOf(inside, context) === undefined);
  if (lacking.some(([, key]) => (context.get(key) ?? '').length > 1)) return 'several';
  const found: Place[] = [];
  let rest = pattern;
  while (rest !== '') {
    const variable = hasVariables ? /^\$\{([^}]*)\}/.exec(rest) : null;
    if (variable) {
      const value = valueOf(variable[1]!, context);
      if (value === undefined) return undefined;
      for (const character of value) found.push({ is: character });
      rest = rest.slice(variable[0].length);
      continue;
    }
    const character = [...rest][0]!;
    if (character === '*') found.push({ run: true, colons: true });
    else if (character === '?') found.push({ run: false, colons: true });
    else found.push({ is: character });
    rest = rest.slice(character.length);
  }
  return found;
}

/** The variables of a pattern: the text between the braces, and the key. */
function variableKeys(pattern: string): (readonly [inside: string, key: string])[] {
  return [...pattern.matchAll(/\$\{([^}]*)\}/g)]
    .map(([, inside = '']) => [inside, inside.split(',')[0]!.trim().toLowerCase()] as const)
    .filter(([inside]) => !['*', '?', '$'].includes(inside));
}

/**
 * AWS documents neither an empty value in a pattern with wildcards, nor a value with a colon before the fifth colon of
 * an ARN.
 */
export function isDoubtful(pattern: string, context: ConditionContext, isArn: boolean): boolean {
  const plain = pattern.replace(/\$\{[^}]*\}/g, '');
  const valueIs = (key: string, test: (value: string) => boolean) => {
    const value = context.get(key);
    const values = typeof value === 'string' ? [value] : (value ?? []);
    return values.length === 1 && test(values[0]!);
  };
  const beforeFifthColon = pattern
    .replace(/\$\{[^}]*\}/g, (text) => text.replaceAll(':', '\0'))
    .split(':')
    .slice(0, 5);
  const early = beforeFifthColon.join(':').replaceAll('\0', ':');
  return (
    (/[*?]/.test(plain) && variableKeys(pattern).some(([, key]) => valueIs(key, (value) => value === ''))) ||
    (isArn &&
      plain.split(':').length >= 6 &&
      variableKeys(early).some(([, key]) => valueIs(key, (value) => value.includes(':'))))
  );
}

function valueOf(inside: string, context: ConditionContext): string | undefined {
  if (inside === '*' || inside === '?' || inside === '$') return inside;
  const [, key, fallback] = /^\s*([^,]+?)\s*(?:,\s*'(.*)'\s*)?$/.exec(inside) ?? [];
  const value = context.get((key ?? '').toLowerCase());
  if (typeof value === 'string') return value;
  return value?.length === 1 ? value[0] : fallback;
}

/** Plain recursion over pattern and text. */
export function matches(pattern: readonly Place[], text: string): boolean {
  const [place, ...rest] = pattern;
  if (place === undefined) return text === '';
  const character = [...text][0];
  if ('is' in place) return character === place.is && matches(rest, text.slice(character.length));
  const covers = character !== undefined && (place.colons || character !== ':');
  if (!place.run) return covers && matches(rest, text.slice(character.length));
  return matches(rest, text) || (covers && matches(pattern, text.slice(character.length)));
}

/**
 * The Resource element: "You can use wildcard characters (* and ?) within the individual ARN segments (the parts separated
 * by colons) … If you use an asterisk (*) wildcard as the last character of a resource ARN segment, it can expand to match
 * beyond the colon boundaries." (IAM User Guide, "IAM JSON policy elements: Resource")
 */
export function withinSegments(pattern: readonly Place[]): Place[] {
  let segment = 0;
  return pattern.map((place, index) => {
    if ('is' in place) {
      if (place.is === ':') segment += 1;
      return place;
    }
    const next = pattern.slice(index + 1).find((later) => !('run' in later) || !later.run);
    const isLast = place.run && (next === undefined || ('is' in next && next.is === ':'));
    // The sixth segment is the resource itself, which may contain colons.
    return { run: place.run, colons: isLast || segment >= 5 };
  });
}

/**
 * "When you specify an incomplete ARN (one with fewer than the standard six fields) in an identity-based policy, AWS
 * automatically completes the ARN by adding wildcard characters (*) to all missing fields." (IAM User Guide, "Identify
 * AWS resources with Amazon Resource Names (ARNs)")
 *
 * @returns the patterns for one pattern: if more matches mean less access (`wide`), the pattern itself as well
 */
export function readings(
  pattern: string,
  hasVariables: boolean,
  { wide, ofResourcePolicy }: { readonly wide: boolean; readonly ofResourcePolicy: boolean },
): string[] {
  const fields = (text: string) => (hasVariables ? text.replace(/\$\{[^}]*\}/g, 'variable') : text).split(':').length;
  if (pattern.endsWith('*') || fields(pattern) >= 6) return [pattern];
  const complete = (text: string) => [text, ...new Array<string>(6 - fields(text)).fill('*')].join(':');
  if (wide) return [pattern, complete(pattern.replace(/:+$/, ''))];
  return [ofResourcePolicy ? pattern : complete(pattern)];
}
