import type { PatternToken } from '../matching/template.js';
import { countWork } from '../matching/work.js';

/**
 * Compares one value of the request with the compiled values of the policy: true if it matches any of them. Undefined
 * if it does not have the operator's type: `ten` is not a number.
 */
export type ValueTest = (actual: string) => boolean | undefined;

export type OperatorFamily = 'string' | 'numeric' | 'date' | 'boolean' | 'binary' | 'ip' | 'arn' | 'null';

/**
 * A condition operator, as data. Negated operators share the test of the operator that they negate.
 *
 * Source: AWS IAM User Guide, "IAM JSON policy elements: Condition operators".
 */
export interface ConditionOperator {
  readonly name: string;
  readonly family: OperatorFamily;
  readonly negated: boolean;
  /** `*` and `?` in the policy's value are wildcards. */
  readonly wildcards: boolean;
  /** The policy's value may contain policy variables. */
  readonly variables: boolean;
  /** `…IfExists`, `ForAllValues:` and `ForAnyValue:` are permitted; only Null does not support them. */
  readonly modifiers: boolean;
  /** The operator tests whether the key is present, not its value: it gets "true" for an absent key. */
  readonly testsAbsence: boolean;
  /** Approximate cost of one test, to try cheap conditions first. */
  readonly cost: number;
  /** @returns undefined if one of the policy's values does not have the operator's type; such a policy is refused */
  readonly prepare: (values: readonly (readonly PatternToken[])[]) => ValueTest | undefined;
}

/** A test against one of the policy's values. */
const VALUE_STEPS = 10;

/**
 * A type of value: how to parse it, from the request and from the policy. Undefined for text that does not have the
 * type.
 */
export interface ValueType<Actual, Expected> {
  readonly family: OperatorFamily;
  readonly cost: number;
  readonly parseActual: (text: string) => Actual | undefined;
  readonly parseExpected: (text: string) => Expected | undefined;
}

/** Creates an operator whose values are parsed before the comparison: no wildcards, no variables. */
export function typedOperator<Actual, Expected>(
  { family, cost, parseActual, parseExpected }: ValueType<Actual, Expected>,
  name: string,
  matches: (actual: Actual, expected: Expected) => boolean,
): ConditionOperator {
  return {
    name,
    family,
    negated: false,
    wildcards: false,
    variables: false,
    modifiers: true,
    testsAbsence: false,
    cost,
    prepare: (values) => {
      const expected = all(values, (value) => {
        const [token, more] = value;
        return token?.type === 'text' && more === undefined ? parseExpected(token.text) : undefined;
      });
      if (expected === undefined) return undefined;
      return (text) => {
        const actual = parseActual(text);
        if (actual === undefined) return undefined;
        countWork(expected.length * VALUE_STEPS);
        for (const one of expected) {
          if (matches(actual, one)) return true;
        }
        return false;
      };
    },
  };
}

/** Creates an operator whose values are text patterns. */
export function anyOf(
  prepareOne: (value: readonly PatternToken[]) => ValueTest | undefined,
): ConditionOperator['prepare'] {
  return (values) => {
    const tests = all(values, prepareOne);
    const [first, second] = tests ?? [];
    if (first !== undefined && second === undefined) return first;
    if (tests === undefined) return undefined;
    return (actual) => {
      countWork(tests.length * VALUE_STEPS);
      return tests.some((test) => test(actual) === true);
    };
  };
}

/** The operator that holds if and only if this one does not. */
export function negate(operator: ConditionOperator, name: string): ConditionOperator {
  return { ...operator, name, negated: true };
}

/** @returns undefined if the function returns undefined for any of the values */
export function all<Value, Result>(
  values: readonly Value[],
  convert: (value: Value) => Result | undefined,
): readonly Result[] | undefined {
  const results: Result[] = [];
  for (const value of values) {
    const result = convert(value);
    if (result === undefined) return undefined;
    results.push(result);
  }
  return results;
}
