import { compileGlob } from '../matching/glob.js';
import { literalText } from '../matching/template.js';
import type { ConditionOperator } from './operator.js';

const STRING = { family: 'string', variables: true, modifiers: true, testsAbsence: false } as const;

const equals: ConditionOperator = {
  ...STRING,
  name: 'StringEquals',
  negated: false,
  wildcards: false,
  cost: 1,
  prepare: (value) => {
    const expected = literalText(value);
    return expected === undefined ? undefined : (actual) => actual === expected;
  },
};

const equalsIgnoreCase: ConditionOperator = {
  ...STRING,
  name: 'StringEqualsIgnoreCase',
  negated: false,
  wildcards: false,
  cost: 2,
  prepare: (value) => {
    const expected = literalText(value)?.toLowerCase();
    return expected === undefined ? undefined : (actual) => actual.toLowerCase() === expected;
  },
};

const like: ConditionOperator = {
  ...STRING,
  name: 'StringLike',
  negated: false,
  wildcards: true,
  cost: 3,
  prepare: compileGlob,
};

/** Source: AWS IAM User Guide, "String condition operators". StringLike is case-sensitive. */
export const STRING_OPERATORS: readonly ConditionOperator[] = [
  equals,
  { ...equals, name: 'StringNotEquals', negated: true },
  equalsIgnoreCase,
  { ...equalsIgnoreCase, name: 'StringNotEqualsIgnoreCase', negated: true },
  like,
  { ...like, name: 'StringNotLike', negated: true },
];
