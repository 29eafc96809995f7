import { compileArnPattern, isArn } from '../matching/arn-pattern.js';
import { anyOf, negate, type ConditionOperator } from './operator.js';

const prepareAny = anyOf(compileArnPattern);

const like: ConditionOperator = {
  name: 'ArnLike',
  family: 'arn',
  negated: false,
  wildcards: true,
  variables: true,
  modifiers: true,
  testsAbsence: false,
  cost: 4,
  prepare: (values) => {
    const matches = prepareAny(values);
    return matches && ((actual) => matches(actual) === true || (isArn(actual) ? false : undefined));
  },
};

/** Source: AWS IAM User Guide, "ARN condition operators": "ArnEquals and ArnLike behave identically." */
export const ARN_OPERATORS: readonly ConditionOperator[] = [
  like,
  { ...like, name: 'ArnEquals' },
  negate(like, 'ArnNotLike'),
  negate(like, 'ArnNotEquals'),
];
