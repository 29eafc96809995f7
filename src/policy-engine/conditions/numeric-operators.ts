import { literalOperator, type ConditionOperator, type ValueTest } from './operator.js';

const NUMBER = /^[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;

function parseNumber(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text) : undefined;
}

function numeric(compare: (actual: number, expected: number) => boolean): (value: string) => ValueTest | undefined {
  return (value) => {
    const expected = parseNumber(value);
    if (expected === undefined) return undefined;
    return (text) => {
      const actual = parseNumber(text);
      return actual !== undefined && compare(actual, expected);
    };
  };
}

const COST = 3;
const equals = literalOperator(
  'numeric',
  COST,
  numeric((actual, expected) => actual === expected),
);

/** Source: AWS IAM User Guide, "Numeric condition operators". Values are IEEE 754 doubles. */
export const NUMERIC_OPERATORS: readonly ConditionOperator[] = [
  equals('NumericEquals'),
  equals('NumericNotEquals', true),
  literalOperator(
    'numeric',
    COST,
    numeric((actual, expected) => actual < expected),
  )('NumericLessThan'),
  literalOperator(
    'numeric',
    COST,
    numeric((actual, expected) => actual <= expected),
  )('NumericLessThanEquals'),
  literalOperator(
    'numeric',
    COST,
    numeric((actual, expected) => actual > expected),
  )('NumericGreaterThan'),
  literalOperator(
    'numeric',
    COST,
    numeric((actual, expected) => actual >= expected),
  )('NumericGreaterThanEquals'),
];
