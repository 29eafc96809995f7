import { findOperator } from '../conditions/operator-registry.js';
import { parseTemplate } from '../matching/template.js';
import type { PolicyDocument } from './policy-document.js';

/**
 * The condition keys in a document, in Condition blocks and in policy variables, each once, as first written and in
 * order of appearance. Special variables (`${*}`, `${?}`, `${$}`) are not keys.
 */
export function contextKeysOf(document: PolicyDocument): readonly string[] {
  const keys = new Map<string, string>();
  const add = (key: string) => {
    if (key !== '' && !keys.has(key.toLowerCase())) keys.set(key.toLowerCase(), key);
  };
  const addVariables = (text: string) => {
    if (document.version !== '2012-10-17') return;
    for (const token of parseTemplate(text, { variables: true, wildcards: false }) ?? []) {
      if (token.type === 'variable') add(token.name);
    }
  };
  for (const statement of document.statements) {
    statement.resource?.patterns.forEach(addVariables);
    for (const entry of statement.conditions) {
      add(entry.key);
      if (findOperator(entry.operator)?.operator.variables === true) entry.values.forEach(addVariables);
    }
  }
  return [...keys.values()];
}
