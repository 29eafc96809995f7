import { compileGlob } from '../matching/glob.js';
import { literalText } from '../matching/template.js';
import { all, anyOf, negate, type ConditionOperator } from './operator.js';

const STRING = { family: 'string', negated: false, variables: true, modifiers: true, testsAbsence: false } as const;

/** From this number on, a set is faster than comparing with each. */
const SET_SIZE = 4;

const equals: ConditionOperator = {
  ...STRING,
  name: 'StringEquals',
  wildcards: false,
  cost: 1,
  prepare: (values) => {
    const texts = all(values, literalText);
    if (texts === undefined) return undefined;
    const [only, second] = texts;
    if (second === undefined) return (actual) => actual === only;
    if (texts.length < SET_SIZE) return (actual) => texts.includes(actual);
    const set = new Set(texts);
    return (actual) => set.has(actual);
  },
};

const equalsIgnoreCase: ConditionOperator = {
  ...STRING,
  name: 'StringEqualsIgnoreCase',
  wildcards: false,
  cost: 2,
  prepare: (values) => {
    const texts = all(values, (value) => literalText(value)?.toLowerCase());
    if (texts === undefined) return undefined;
    const set = new Set(texts);
    return (actual) => set.has(actual.toLowerCase());
  },
};

const like: ConditionOperator = {
  ...STRING,
  name: 'StringLike',
  wildcards: true,
  cost: 3,
  prepare: anyOf(compileGlob),
};

/** Source: AWS IAM User Guide, "String condition operators". StringLike is case-sensitive. */
export const STRING_OPERATORS: readonly ConditionOperator[] = [
  equals,
  negate(equals, 'StringNotEquals'),
  equalsIgnoreCase,
  negate(equalsIgnoreCase, 'StringNotEqualsIgnoreCase'),
  like,
  negate(like, 'StringNotLike'),
];
