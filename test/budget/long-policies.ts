/** Policies that take long to match, with the maximum size. */

/** Different texts of `a` and `b`. */
function piece(index: number): string {
  return (index + 256).toString(2).replaceAll('0', 'a').replaceAll('1', 'b');
}

/** A document with at most this many characters: as many items as fit. */
function filled(characters: number, make: (items: readonly string[]) => object, item: (index: number) => string) {
  const items: string[] = [];
  let length = JSON.stringify(make([])).length;
  for (let index = 0; ; index += 1) {
    const next = item(index);
    length += JSON.stringify(next).length + 1;
    if (length > characters) return JSON.stringify(make(items));
    items.push(next);
  }
}

const allow = (parts: object) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...parts }] });

/** Patterns that examine every character of a resource of `a` and `b`. */
export function manyPatterns(characters: number, seed = 0): string {
  return filled(
    characters,
    (Resource) => allow({ Action: '*', Resource }),
    (index) => `arn:aws:app:*::*a*${piece(seed + index)}?c`,
  );
}

/** Condition values that examine every character of the request's values. */
export function manyConditions(characters: number, seed = 0): string {
  return filled(
    characters,
    (values) => allow({ Action: '*', Resource: '*', Condition: { 'ForAnyValue:StringLike': { 'app:note': values } } }),
    (index) => `*?${piece(seed + index)}c`,
  );
}

/** The smallest statements. */
export function manyStatements(characters: number): string {
  const statement = { Effect: 'Allow', Action: 'a:b', Resource: '*' };
  const count = Math.floor((characters - 40) / (JSON.stringify(statement).length + 1));
  return JSON.stringify({ Version: '2012-10-17', Statement: Array.from({ length: count }, () => statement) });
}

/** As many actions as resources, without wildcards: each action is evaluated with each resource. */
export function manyPairs(characters: number): string {
  const actions = Array.from({ length: Math.floor(characters / 40) }, (_, index) => `a:b${index}`);
  return filled(
    characters,
    (Resource) => allow({ Action: actions, Resource }),
    (index) => `arn:aws:a:::${index}`,
  );
}

/** Action patterns that examine every character of the names. */
export function manyActions(characters: number): string {
  return filled(
    characters,
    (Action) => allow({ Action, Resource: '*' }),
    (index) => `*:*a*${piece(index)}?c`,
  );
}
