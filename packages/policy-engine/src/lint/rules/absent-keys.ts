import { findOperator } from '../../conditions/operator-registry.js';
import type { Statement } from '../../document/policy-document.js';
import type { ConditionEntry } from '../../conditions/condition-entry.js';
import type { LintRule } from '../finding.js';
import { statementsOf } from '../paths.js';

/** ForAllValues holds if the key is absent, which is seldom intended in an Allow. */
export const findAbsentKeyPasses: LintRule = (document) =>
  statementsOf(document).flatMap(([statement, path]) =>
    statement.conditions
      .filter((entry) => statement.effect === 'Allow' && isForAllValues(entry) && !requiresKey(statement, entry.key))
      .map((entry) => ({
        code: 'FOR_ALL_VALUES_WITHOUT_NULL_CHECK',
        severity: 'securityWarning' as const,
        path: `${path}.Condition.${entry.operator}.${entry.key}`,
        explanation:
          'ForAllValues also matches if the request has no ' +
          `${entry.key}. Add "Null": {"${entry.key}": "false"} to require the key.`,
      })),
  );

function isForAllValues({ operator }: ConditionEntry): boolean {
  return findOperator(operator)?.qualifier === 'ForAllValues';
}

function requiresKey({ conditions }: Statement, key: string): boolean {
  return conditions.some(
    (entry) =>
      entry.operator === 'Null' &&
      entry.key.toLowerCase() === key.toLowerCase() &&
      entry.values.every((value) => value.toLowerCase() === 'false'),
  );
}
