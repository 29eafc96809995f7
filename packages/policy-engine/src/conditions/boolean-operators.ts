import { typedOperator, type ConditionOperator, type ValueType } from './operator.js';

function parseBoolean(text: string): boolean | undefined {
  if (text === 'true') return true;
  if (text === 'false') return false;
  const lower = text.toLowerCase();
  return lower === 'true' || (lower === 'false' ? false : undefined);
}

const BOOLEAN: ValueType<boolean, boolean> = {
  family: 'boolean',
  cost: 1,
  parseActual: parseBoolean,
  parseExpected: parseBoolean,
};

const bool = typedOperator(BOOLEAN, 'Bool', (actual, expected) => actual === expected);

/** Source: AWS IAM User Guide, "Boolean condition operators" and "Condition operator to check existence of condition keys". */
export const BOOLEAN_OPERATORS: readonly ConditionOperator[] = [
  bool,
  { ...bool, name: 'Null', family: 'null', modifiers: false, testsAbsence: true, cost: 0 },
];
