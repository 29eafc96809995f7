import { negate, typedOperator, type ConditionOperator, type ValueType } from './operator.js';

const NUMBER = /^[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
const WHOLE = /^([+-]?[0-9]+)(?:\.0+)?$/;

/** Integers of up to 15 digits are exact as IEEE 754 doubles. */
const EXACT_LENGTH = 15;
/** Converting text to a big integer takes more than linear time. */
const MAX_LENGTH = 100;

/**
 * Decimal, with sign, fraction and exponent; not the other notations that `Number` accepts. Integers are exact whatever
 * their size; a number with a fraction or an exponent is an IEEE 754 double.
 *
 * @returns undefined if the text is not a number, is infinite as a double, or has more than a hundred characters
 */
function parseNumber(text: string): number | bigint | undefined {
  if (text.length > MAX_LENGTH || !NUMBER.test(text)) return undefined;
  if (text.length > EXACT_LENGTH) {
    const whole = WHOLE.exec(text)?.[1];
    if (whole !== undefined) return BigInt(whole.replace('+', ''));
  }
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}

const NUMERIC: ValueType<number | bigint, number | bigint> = {
  family: 'numeric',
  cost: 3,
  parseActual: parseNumber,
  parseExpected: parseNumber,
};

/** Compares a number and a big integer by value, which `===` does not. */
const equals = typedOperator(NUMERIC, 'NumericEquals', (actual, expected) => actual >= expected && actual <= expected);

/** Source: AWS IAM User Guide, "Numeric condition operators". */
export const NUMERIC_OPERATORS: readonly ConditionOperator[] = [
  equals,
  negate(equals, 'NumericNotEquals'),
  typedOperator(NUMERIC, 'NumericLessThan', (actual, expected) => actual < expected),
  typedOperator(NUMERIC, 'NumericLessThanEquals', (actual, expected) => actual <= expected),
  typedOperator(NUMERIC, 'NumericGreaterThan', (actual, expected) => actual > expected),
  typedOperator(NUMERIC, 'NumericGreaterThanEquals', (actual, expected) => actual >= expected),
];
