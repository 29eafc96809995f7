import { findOperator } from '../../conditions/operator-registry.js';
import type { Statement } from '../../document/policy-document.js';
import { parseTemplate } from '../../matching/template.js';
import type { Finding, LintRule } from '../finding.js';
import { resourcePath, statementsOf } from '../paths.js';

/**
 * If a variable has no value, a negated operator holds and NotResource applies: an Allow then matches more than with a
 * value.
 */
export const findValuelessVariables: LintRule = (document) =>
  document.version === '2012-10-17' ? statementsOf(document).flatMap(inStatement) : [];

function inStatement([statement, path]: readonly [Statement, string]): readonly Finding[] {
  const { effect, resource, conditions } = statement;
  if (effect !== 'Allow') return [];
  const negated = conditions.filter(({ operator }) => {
    const found = findOperator(operator)?.operator;
    return found?.negated === true && found.variables;
  });
  return [
    ...(resource?.negated === true ? inValues(resource.patterns, resourcePath(statement, path)) : []),
    ...negated.flatMap(({ operator, key, values }) => inValues(values, `${path}.Condition.${operator}.${key}`)),
  ];
}

function inValues(values: readonly string[], path: string): readonly Finding[] {
  const names = values.flatMap((value) =>
    (parseTemplate(value, { variables: true, wildcards: false }) ?? []).flatMap((token) =>
      token.type === 'variable' && token.defaultValue === undefined ? [token.name] : [],
    ),
  );
  return [...new Set(names)].map((name) => ({
    code: 'NEGATED_VARIABLE_WITHOUT_DEFAULT',
    severity: 'securityWarning',
    path,
    explanation:
      'Without a value for ' +
      `${name}, nothing is excluded, and the statement allows more than with a value. Specify a ` +
      `default, or add "Null": {"${name}": "false"}.`,
  }));
}
