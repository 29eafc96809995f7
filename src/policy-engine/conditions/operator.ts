import type { PatternToken } from '../matching/template.js';

/** Compares one value of the request with the prepared value of the policy. */
export type ValueTest = (actual: string) => boolean;

export type OperatorFamily = 'string' | 'numeric' | 'date' | 'boolean' | 'binary' | 'ip' | 'arn' | 'null';

/**
 * A condition operator, as data. Negated operators share the test of the operator they negate.
 *
 * Source: AWS IAM User Guide, "IAM JSON policy elements: Condition operators".
 */
export interface ConditionOperator {
  readonly name: string;
  readonly family: OperatorFamily;
  readonly negated: boolean;
  /** `*` and `?` in the policy's value are wildcards. */
  readonly wildcards: boolean;
  /** Policy variables are allowed in the policy's value. */
  readonly variables: boolean;
  /** `…IfExists`, `ForAllValues:` and `ForAnyValue:` are allowed; only Null has no use for them. */
  readonly modifiers: boolean;
  /** The operator looks at whether the key is there, not at its value: it is given "true" for an absent key. */
  readonly testsAbsence: boolean;
  /** Rough price of one test, to try cheap conditions first. */
  readonly cost: number;
  /** @returns undefined when the policy's value is not of the operator's type; such a policy is refused */
  readonly prepare: (value: readonly PatternToken[]) => ValueTest | undefined;
}

/** An operator for values that are plain text: no wildcards, no variables. */
export function literalOperator(
  family: OperatorFamily,
  cost: number,
  prepareText: (value: string) => ValueTest | undefined,
): (name: string, negated?: boolean) => ConditionOperator {
  return (name, negated = false) => ({
    name,
    family,
    negated,
    wildcards: false,
    variables: false,
    modifiers: true,
    testsAbsence: false,
    cost,
    prepare: (value) => {
      const [token, more] = value;
      if (more !== undefined || token?.type !== 'text') return undefined;
      return prepareText(token.text);
    },
  });
}
