import type { ConditionContext } from '../../src/model.js';
import { isDoubtful, matches, type Pattern, places } from './patterns.js';
import { many, type NaiveStatement } from './policy.js';

/** Everything a statement's Condition says must hold: AND between operators and keys (IAM User Guide, "Condition"). */
export function conditionsHold(
  { Condition = {}, Effect }: NaiveStatement,
  hasVariables: boolean,
  context: ConditionContext,
): boolean {
  const isAllow = Effect === 'Allow';
  return Object.entries(Condition).every(([operator, keys]) => {
    // An unknown operator and a key without values have no meaning: fail closed.
    if (!exists(operator) || Object.values(keys).some((expected) => many(expected).length === 0)) return !isAllow;
    return Object.entries(keys).every(([key, expected]) => {
      const values = many(expected).map(String);
      return holds(operator, context.get(key.toLowerCase()), values, {
        hasVariables,
        context,
        isAllow,
      });
    });
  });
}

function exists(operator: string): boolean {
  return /^(ForA(ny|ll)Value(s)?:)?(String|Numeric|Date|Bool|Binary|IpAddress|NotIpAddress|Arn|Null)/.test(operator);
}

interface Circumstances {
  readonly hasVariables: boolean;
  readonly context: ConditionContext;
  readonly isAllow: boolean;
}

/** IAM User Guide, "IAM JSON policy elements: Condition operators" and "Conditions with multiple context keys or values". */
function holds(
  operator: string,
  actual: string | readonly string[] | undefined,
  expected: readonly string[],
  circumstances: Circumstances,
): boolean {
  const set = /^(ForAllValues|ForAnyValue):/i.exec(operator)?.[1]?.toLowerCase();
  const ifExists = /IfExists$/i.test(operator);
  const name = operator
    .replace(/^(ForAllValues|ForAnyValue):/i, '')
    .replace(/IfExists$/i, '')
    .toLowerCase();
  const values = typeof actual === 'string' ? [actual] : (actual ?? []);
  if (name === 'null') return expected.some((wanted) => (wanted.toLowerCase() === 'true') === (values.length === 0));
  const one = (value: string) => valueHolds(name, value, expected, circumstances);
  if (set === 'forallvalues') return actual === undefined || actual === '' || values.every(one);
  if (set === 'foranyvalue') return values.length === 0 ? ifExists : values.some(one);
  if (values.length === 0) return ifExists || name.includes('not');
  // Undocumented for several values without a set operator; the engine fails closed.
  return circumstances.isAllow ? values.every(one) : values.some(one);
}

/** Several expected values: OR; for a negated operator NOR. */
function valueHolds(name: string, value: string, expected: readonly string[], circumstances: Circumstances): boolean {
  // AWS does not document a value that does not have the operator's type.
  if (!isOfType(name, value)) return !circumstances.isAllow;
  if (!name.includes('not'))
    return expected.some((wanted) => compare(name, value, wanted, { ...circumstances, negated: false }) === true);
  const results = expected.map((wanted) =>
    compare(name.replace('not', ''), value, wanted, { ...circumstances, negated: true }),
  );
  if (results.includes(true)) return false;
  // "Inverted condition operators […] do match against a null value"; several values are not documented.
  return !(results.includes('several') && circumstances.isAllow);
}

function isOfType(name: string, value: string): boolean {
  if (name.startsWith('numeric')) return !Number.isNaN(Number(toNumber(value)));
  if (name.startsWith('date')) return !Number.isNaN(toTime(value));
  if (name === 'bool') return ['true', 'false'].includes(value.toLowerCase());
  if (name.includes('ipaddress')) return toBits(value) !== '';
  if (name.startsWith('arn')) return value.startsWith('arn:') && value.split(':').length >= 6;
  return name !== 'binaryequals' || Buffer.from(value, 'base64').toString('base64') === value;
}

/** @returns undefined if a variable of the policy has no value, `several` if it has more than one */
function compare(
  name: string,
  actual: string,
  expected: string,
  { hasVariables, context, isAllow, negated }: Circumstances & { readonly negated: boolean },
): boolean | 'several' | undefined {
  const matchesPattern = (test: (found: Pattern) => boolean) => {
    const found = places(expected, hasVariables, context);
    if (found === undefined || found === 'several') return found;
    // A value in doubt matches only where that allows less.
    const isNarrow = isAllow !== negated && hasVariables;
    return !(isNarrow && isDoubtful(expected, context, name.startsWith('arn'))) && test(found);
  };
  // Only StringLike supports wildcards: elsewhere a star is literal.
  const matchesText = (test: (wanted: string) => boolean) => {
    const found = places(expected, hasVariables, context);
    if (found === undefined || found === 'several') return found;
    return test(found.map((place) => ('is' in place ? place.is : place.run ? '*' : '?')).join(''));
  };
  switch (name) {
    case 'stringequals':
      return matchesText((wanted) => actual === wanted);
    case 'stringequalsignorecase':
      return matchesText((wanted) => actual.toLowerCase() === wanted.toLowerCase());
    case 'stringlike':
      return matchesPattern((wanted) => matches(wanted, actual));
    case 'arnequals':
    case 'arnlike':
      return matchesPattern((wanted) => arnMatches(wanted, actual));
    case 'bool':
      return ['true', 'false'].includes(actual.toLowerCase()) && actual.toLowerCase() === expected.toLowerCase();
    case 'binaryequals':
      return actual === expected;
    case 'ipaddress':
      return addressIn(actual, expected);
    default:
      if (name.startsWith('numeric'))
        return ordered(name.slice('numeric'.length), toNumber(actual), toNumber(expected));
      if (name.startsWith('date')) return ordered(name.slice('date'.length), toTime(actual), toTime(expected));
      throw new Error(`The naive evaluator does not know ${name}`);
  }
}

/** "Each of the six colon-delimited components of the ARN is checked separately." */
function arnMatches(pattern: Pattern, actual: string): boolean {
  const actualParts = split(
    [...actual].map((character) => ({ is: character })),
    ':',
  );
  if (actualParts.length !== 6 || !actual.startsWith('arn:')) return false;
  if (pattern.length > 0 && pattern.every((place) => 'run' in place && place.run)) return true;
  const patternParts = split(pattern, ':');
  if (patternParts.length !== 6) return false;
  return patternParts.every((part, index) =>
    matches(part, actualParts[index]!.map((place) => ('is' in place ? place.is : '')).join('')),
  );
}

function split<Place extends object>(all: readonly Place[], separator: string): Place[][] {
  const parts: Place[][] = [[]];
  for (const place of all) {
    if ('is' in place && place.is === separator && parts.length < 6) parts.push([]);
    else parts.at(-1)!.push(place);
  }
  return parts;
}

function ordered(comparison: string, actual: number | bigint, expected: number | bigint): boolean {
  switch (comparison) {
    case 'equals':
      return actual >= expected && actual <= expected;
    case 'lessthan':
      return actual < expected;
    case 'lessthanequals':
      return actual <= expected;
    case 'greaterthan':
      return actual > expected;
    case 'greaterthanequals':
      return actual >= expected;
    default:
      throw new Error(`The naive evaluator does not know ${comparison}`);
  }
}

function toNumber(text: string): number | bigint {
  const whole = /^(-?\d+)(\.0+)?$/.exec(text)?.[1];
  if (text.length > 100) return NaN;
  if (whole !== undefined) return BigInt(whole);
  return /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : NaN;
}

/** "W3C implementations of the ISO 8601 date formats or epoch (UNIX) time." */
function toTime(text: string): number {
  return /^-?\d+$/.test(text) && text.length !== 4 ? Number(text) * 1000 : Date.parse(text);
}

/** IPv4 only: the property tests generate nothing else; the corpus covers IPv6. */
function addressIn(actual: string, range: string): boolean {
  const [base = '', bits = '32'] = range.split('/');
  const [address, network] = [toBits(actual), toBits(base)];
  return address !== '' && network !== '' && address.slice(0, Number(bits)) === network.slice(0, Number(bits));
}

function toBits(address: string): string {
  if (!/^\d+\.\d+\.\d+\.\d+$/.test(address)) return '';
  return address
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');
}
