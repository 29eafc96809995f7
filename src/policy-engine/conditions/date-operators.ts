import { parseDate } from './dates.js';
import { literalOperator, type ConditionOperator, type ValueTest } from './operator.js';

function date(compare: (actual: number, expected: number) => boolean): (value: string) => ValueTest | undefined {
  return (value) => {
    const expected = parseDate(value);
    if (expected === undefined) return undefined;
    return (text) => {
      const actual = parseDate(text);
      return actual !== undefined && compare(actual, expected);
    };
  };
}

const COST = 4;
const equals = literalOperator(
  'date',
  COST,
  date((actual, expected) => actual === expected),
);

/** Source: AWS IAM User Guide, "Date condition operators". */
export const DATE_OPERATORS: readonly ConditionOperator[] = [
  equals('DateEquals'),
  equals('DateNotEquals', true),
  literalOperator(
    'date',
    COST,
    date((actual, expected) => actual < expected),
  )('DateLessThan'),
  literalOperator(
    'date',
    COST,
    date((actual, expected) => actual <= expected),
  )('DateLessThanEquals'),
  literalOperator(
    'date',
    COST,
    date((actual, expected) => actual > expected),
  )('DateGreaterThan'),
  literalOperator(
    'date',
    COST,
    date((actual, expected) => actual >= expected),
  )('DateGreaterThanEquals'),
];
