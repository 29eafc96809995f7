import { negate, typedOperator, type ConditionOperator, type ValueType } from './operator.js';

const NUMBER = /^[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;

/** Decimal, with sign, fraction and exponent; not the other notations that `Number` reads. An IEEE 754 double. */
function parseNumber(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text) : undefined;
}

const NUMERIC: ValueType<number, number> = {
  family: 'numeric',
  cost: 3,
  parseActual: parseNumber,
  parseExpected: parseNumber,
};

const equals = typedOperator(NUMERIC, 'NumericEquals', (actual, expected) => actual === expected);

/** Source: AWS IAM User Guide, "Numeric condition operators". */
export const NUMERIC_OPERATORS: readonly ConditionOperator[] = [
  equals,
  negate(equals, 'NumericNotEquals'),
  typedOperator(NUMERIC, 'NumericLessThan', (actual, expected) => actual < expected),
  typedOperator(NUMERIC, 'NumericLessThanEquals', (actual, expected) => actual <= expected),
  typedOperator(NUMERIC, 'NumericGreaterThan', (actual, expected) => actual > expected),
  typedOperator(NUMERIC, 'NumericGreaterThanEquals', (actual, expected) => actual >= expected),
];
