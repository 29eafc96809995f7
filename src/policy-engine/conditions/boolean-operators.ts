import { literalOperator, type ConditionOperator } from './operator.js';

function prepareBoolean(value: string): ((actual: string) => boolean) | undefined {
  const expected = value.toLowerCase();
  if (expected !== 'true' && expected !== 'false') return undefined;
  return (actual) => actual === expected || actual.toLowerCase() === expected;
}

const bool = literalOperator('boolean', 1, prepareBoolean);

/** Source: AWS IAM User Guide, "Boolean condition operators" and "Condition operator to check existence of condition keys". */
export const BOOLEAN_OPERATORS: readonly ConditionOperator[] = [
  bool('Bool'),
  { ...bool('Null'), family: 'null', modifiers: false, testsAbsence: true, cost: 0 },
];
