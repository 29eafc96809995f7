import type { PatternToken } from '../matching/template.js';
import { countWork } from '../matching/work.js';

/**
 * Compares one value of the request with the prepared values of the policy: true when it matches any of them. Undefined when
 * it is not of the operator's type: `ten` is no number.
 */
export type ValueTest = (actual: string) => boolean | undefined;

export type OperatorFamily = 'string' | 'numeric' | 'date' | 'boolean' | 'binary' | 'ip' | 'arn' | 'null';

/**
 * A condition operator, as data. Negated operators share the test of the operator they negate.
 *
 * Source: AWS IAM User Guide, "IAM JSON policy elements: Condition operators".
 */
export interface ConditionOperator {
  readonly name: string;
  readonly family: OperatorFamily;
  readonly negated: boolean;
  /** `*` and `?` in the policy's value are wildcards. */
  readonly wildcards: boolean;
  /** Policy variables are allowed in the policy's value. */
  readonly variables: boolean;
  /** `…IfExists`, `ForAllValues:` and `ForAnyValue:` are allowed; only Null has no use for them. */
  readonly modifiers: boolean;
  /** The operator looks at whether the key is there, not at its value: it is given "true" for an absent key. */
  readonly testsAbsence: boolean;
  /** Rough price of one test, to try cheap conditions first. */
  readonly cost: number;
  /** @returns undefined when one of the policy's values is not of the operator's type; such a policy is refused */
  readonly prepare: (values: readonly (readonly PatternToken[])[]) => ValueTest | undefined;
}

/** To compare with one of the policy's values. */
const VALUE_STEPS = 10;

/** A type of value: how to read it, from the request and from the policy. Undefined for text that is no such value. */
export interface ValueType<Actual, Expected> {
  readonly family: OperatorFamily;
  readonly cost: number;
  readonly parseActual: (text: string) => Actual | undefined;
  readonly parseExpected: (text: string) => Expected | undefined;
}

/** Makes an operator for values that are read before they are compared: no wildcards, no variables. */
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

/** Makes an operator for values that are patterns of text. */
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

/** The operator that holds where this one does not. */
export function negate(operator: ConditionOperator, name: string): ConditionOperator {
  return { ...operator, name, negated: true };
}

/** @returns undefined when the function returns undefined for any of the values */
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
