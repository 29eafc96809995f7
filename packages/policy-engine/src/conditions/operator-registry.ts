import { ARN_OPERATORS } from './arn-operators.js';
import { BINARY_OPERATORS } from './binary-operators.js';
import { BOOLEAN_OPERATORS } from './boolean-operators.js';
import { DATE_OPERATORS } from './date-operators.js';
import { IP_OPERATORS } from './ip-operators.js';
import { NUMERIC_OPERATORS } from './numeric-operators.js';
import type { ConditionOperator } from './operator.js';
import { STRING_OPERATORS } from './string-operators.js';

const OPERATORS: ReadonlyMap<string, ConditionOperator> = new Map(
  [
    ...STRING_OPERATORS,
    ...NUMERIC_OPERATORS,
    ...DATE_OPERATORS,
    ...BOOLEAN_OPERATORS,
    ...BINARY_OPERATORS,
    ...IP_OPERATORS,
    ...ARN_OPERATORS,
  ].map((operator) => [operator.name, operator]),
);

export type SetQualifier = 'ForAllValues' | 'ForAnyValue';

/** An operator as written in a policy: `ForAnyValue:StringLikeIfExists`. */
export interface QualifiedOperator {
  readonly operator: ConditionOperator;
  readonly qualifier?: SetQualifier;
  readonly ifExists: boolean;
}

const QUALIFIED = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/;

/** Names are case-sensitive. @returns undefined for an unknown name or combination */
export function findOperator(text: string): QualifiedOperator | undefined {
  const parts = QUALIFIED.exec(text);
  const operator = OPERATORS.get(parts?.[2] ?? '');
  if (parts === null || operator === undefined) return undefined;
  const qualifier = parts[1] as SetQualifier | undefined;
  const ifExists = parts[3] !== undefined;
  if (!operator.modifiers && (qualifier !== undefined || ifExists)) return undefined;
  return qualifier === undefined ? { operator, ifExists } : { operator, qualifier, ifExists };
}
