import { parseDate } from './dates.js';
import { negate, typedOperator, type ConditionOperator, type ValueType } from './operator.js';

const DATE: ValueType<number, number> = { family: 'date', cost: 4, parseActual: parseDate, parseExpected: parseDate };

const equals = typedOperator(DATE, 'DateEquals', (actual, expected) => actual === expected);

/** Source: AWS IAM User Guide, "Date condition operators". */
export const DATE_OPERATORS: readonly ConditionOperator[] = [
  equals,
  negate(equals, 'DateNotEquals'),
  typedOperator(DATE, 'DateLessThan', (actual, expected) => actual < expected),
  typedOperator(DATE, 'DateLessThanEquals', (actual, expected) => actual <= expected),
  typedOperator(DATE, 'DateGreaterThan', (actual, expected) => actual > expected),
  typedOperator(DATE, 'DateGreaterThanEquals', (actual, expected) => actual >= expected),
];
