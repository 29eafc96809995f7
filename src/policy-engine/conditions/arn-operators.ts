import { compileArnPattern } from '../matching/arn-pattern.js';
import type { ConditionOperator } from './operator.js';

function arnOperator(name: string, negated: boolean): ConditionOperator {
  return {
    name,
    family: 'arn',
    negated,
    wildcards: true,
    variables: true,
    modifiers: true,
    testsAbsence: false,
    cost: 4,
    prepare: compileArnPattern,
  };
}

/** Source: AWS IAM User Guide, "ARN condition operators": "ArnEquals and ArnLike behave identically." */
export const ARN_OPERATORS: readonly ConditionOperator[] = [
  arnOperator('ArnEquals', false),
  arnOperator('ArnLike', false),
  arnOperator('ArnNotEquals', true),
  arnOperator('ArnNotLike', true),
];
