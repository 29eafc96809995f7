import { findOperator, type QualifiedOperator } from '../conditions/operator-registry.js';
import { isPattern, parseTemplate } from '../matching/template.js';
import type { JsonNode } from './json-reader.js';
import { objectMembers, scalarList } from './json-values.js';
import type { ConditionEntry } from '../conditions/condition-entry.js';
import { PolicySyntaxError, SYNTAX_ERRORS } from './policy-syntax-error.js';

/** The Condition block of a statement. */
export interface LocatedConditions {
  readonly entries: readonly ConditionEntry[];
  /** The location of the first invalid date, which AWS reports after the grammar of all statements. */
  readonly wrongDate?: string;
}

export interface ConditionRules {
  /** Values may contain `${…}`. */
  readonly variables: boolean;
  /** Accepts what was accepted earlier: values of the wrong type, a key twice in different case. */
  readonly stored: boolean;
}

/**
 * The Condition block: operator, key, value or values. AWS accepts any key, a key without values, and an unknown
 * operator without keys; `compileCondition` determines their effect.
 *
 * Source: AWS IAM User Guide, "IAM JSON policy elements: Condition".
 *
 * @throws PolicySyntaxError for keys under an unknown operator, a key twice, or a value of the wrong type
 */
export function readConditions(node: JsonNode | undefined, rules: ConditionRules, path: string): LocatedConditions {
  const entries: ConditionEntry[] = [];
  let wrongDate: string | undefined;
  for (const [operatorName, keys] of node === undefined ? [] : objectMembers(node, path)) {
    const operatorPath = `${path}.${operatorName}`;
    const members = objectMembers(keys, operatorPath);
    const operator = findOperator(operatorName);
    if (operator === undefined) {
      if (members.size > 0) throw new PolicySyntaxError(SYNTAX_ERRORS, operatorPath);
      entries.push({ operator: operatorName, key: '', values: [] });
      continue;
    }
    if (!rules.stored) refuseRepeatedKeys([...members.keys()], operatorPath);
    for (const [key, list] of members) {
      const keyPath = `${operatorPath}.${key}`;
      const values = scalarList(list, keyPath);
      if (!rules.stored && !values.every((value) => isValue(operator, value, rules.variables))) {
        if (operator.operator.family !== 'date') throw new PolicySyntaxError(SYNTAX_ERRORS, keyPath);
        wrongDate ??= keyPath;
      }
      entries.push({ operator: operatorName, key, values });
    }
  }
  return wrongDate === undefined ? { entries } : { entries, wrongDate };
}

/** Keys are not case-sensitive, so it would be ambiguous which of the two applies. */
function refuseRepeatedKeys(keys: readonly string[], path: string): void {
  const seen = new Set<string>();
  for (const key of keys) {
    if (seen.has(key.toLowerCase())) throw new PolicySyntaxError(SYNTAX_ERRORS, `${path}.${key}`);
    seen.add(key.toLowerCase());
  }
}

function isValue({ operator }: QualifiedOperator, value: string, variables: boolean): boolean {
  const template = parseTemplate(value, {
    variables: variables && operator.variables,
    wildcards: operator.wildcards,
  });
  return template !== undefined && (!isPattern(template) || operator.prepare([template]) !== undefined);
}

/** A host name with a port, which issuers of identity tokens may have: `idp.example.com:8443/realm`. */
const ISSUER_WITH_PORT = /^[^:]+:[0-9]+(?:\/[^:]*)?$/;

/**
 * In a trust policy a key has one colon. AWS's providers have no port; a port adds a second colon.
 *
 * @throws PolicySyntaxError in AWS's words
 */
export function checkTrustKeys({ entries }: LocatedConditions, path: string): void {
  for (const { operator, key, values } of entries) {
    if (key === '' && values.length === 0) continue;
    const last = key.lastIndexOf(':');
    const [prefix, name] = [key.slice(0, last), key.slice(last + 1)];
    const keyPath = `${path}.${operator}.${key}`;
    if (last < 1 || name === '') {
      throw new PolicySyntaxError(
        'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
        keyPath,
      );
    }
    if (prefix.includes(':') && !ISSUER_WITH_PORT.test(prefix)) {
      throw new PolicySyntaxError('Condition can contain only one colon.', keyPath);
    }
  }
}
