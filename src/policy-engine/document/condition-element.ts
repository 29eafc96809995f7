import { findOperator, type QualifiedOperator } from '../conditions/operator-registry.js';
import { isPattern, parseTemplate } from '../matching/template.js';
import type { JsonNode } from './json-reader.js';
import { objectMembers, scalarList } from './json-values.js';
import type { ConditionEntry } from './policy-document.js';
import { LEGACY_PARSING, PolicySyntaxError, SYNTAX_ERRORS } from './policy-syntax-error.js';

/**
 * The Condition block: operator, key, value or values.
 *
 * Source: AWS IAM User Guide, "IAM JSON policy elements: Condition".
 *
 * @throws PolicySyntaxError for an operator that does not exist, a key without a prefix, or a value of the wrong type
 */
export function readConditions(
  node: JsonNode | undefined,
  variables: boolean,
  path: string,
): readonly ConditionEntry[] {
  if (node === undefined) return [];
  const entries: ConditionEntry[] = [];
  for (const [operatorName, keys] of objectMembers(node, path)) {
    const operatorPath = `${path}.${operatorName}`;
    const operator = findOperator(operatorName);
    if (operator === undefined) throw new PolicySyntaxError(SYNTAX_ERRORS, operatorPath);
    for (const [key, list] of objectMembers(keys, operatorPath)) {
      const keyPath = `${operatorPath}.${key}`;
      checkKey(key, keyPath);
      const values = scalarList(list, keyPath);
      if (values.length === 0) throw new PolicySyntaxError(SYNTAX_ERRORS, keyPath);
      for (const value of values) checkValue(operator, value, variables, keyPath);
      entries.push({ operator: operatorName, key, values });
    }
  }
  return entries;
}

function checkKey(key: string, path: string): void {
  const colon = key.indexOf(':');
  if (colon < 1 || colon === key.length - 1) {
    throw new PolicySyntaxError('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.', path);
  }
}

function checkValue({ operator }: QualifiedOperator, value: string, variables: boolean, path: string): void {
  const template = parseTemplate(value, {
    variables: variables && operator.variables,
    wildcards: operator.wildcards,
  });
  if (template === undefined || (isPattern(template) && operator.prepare([template]) === undefined)) {
    throw new PolicySyntaxError(operator.family === 'date' ? LEGACY_PARSING : SYNTAX_ERRORS, path);
  }
}
