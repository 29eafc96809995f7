import { allHold, compileCondition } from '../../conditions/compile-condition.js';
import { conditionContext } from '../../conditions/condition-context.js';
import { parseDate } from '../../conditions/dates.js';
import { findOperator } from '../../conditions/operator-registry.js';
import type { PolicyDocument, Statement } from '../../document/policy-document.js';
import type { ConditionEntry } from '../../conditions/condition-entry.js';
import type { Finding, LintRule } from '../finding.js';
import { statementsOf } from '../paths.js';

/**
 * Conditions on one key that no request can satisfy together, such as a number below 5 and above 10. Found by trying
 * the possible values: the ones in the conditions, and for numbers and dates those between, below and above them.
 */
export const findUnreachableConditions: LintRule = (document) =>
  statementsOf(document).flatMap(([statement, path]) => unreachable(document, statement, path));

function unreachable(document: PolicyDocument, statement: Statement, path: string): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [key, entries] of entriesByKey(statement)) {
    const trials = trialValues(entries);
    if (trials === undefined) continue;
    const variables = document.version === '2012-10-17';
    const conditions = entries.map((entry) => compileCondition(entry, statement.effect === 'Allow', variables));
    const contexts = [conditionContext([]), ...trials.map((value) => conditionContext([[key, value]]))];
    if (contexts.some((context) => allHold(conditions, context))) continue;
    findings.push({
      code: 'UNREACHABLE_CONDITION',
      severity: 'error',
      path: `${path}.Condition`,
      explanation: `No value of ${key} satisfies all conditions on it, so the statement never applies.`,
    });
  }
  return findings;
}

function entriesByKey({ conditions }: Statement): ReadonlyMap<string, readonly ConditionEntry[]> {
  const byKey = new Map<string, ConditionEntry[]>();
  for (const entry of conditions) {
    const key = entry.key.toLowerCase();
    byKey.set(key, [...(byKey.get(key) ?? []), entry]);
  }
  return byKey;
}

/** Every value is tried with every condition; longer lists are not checked. */
const MAX_VALUES = 200;

/** @returns undefined if the values to try cannot be listed, or there is nothing to contradict */
function trialValues(entries: readonly ConditionEntry[]): readonly string[] | undefined {
  if (entries.length < 2 || entries.some((entry) => entry.values.some((value) => value.includes('${')))) {
    return undefined;
  }
  if (entries.reduce((sum, { values }) => sum + values.length, 0) > MAX_VALUES) return undefined;
  const trials: string[] = [];
  let isListed = false;
  for (const { operator: name, values } of entries) {
    const found = findOperator(name);
    if (found === undefined || found.qualifier !== undefined) return undefined;
    const { family, negated } = found.operator;
    if (family === 'numeric') trials.push(...aroundNumbers(values.map(Number)));
    if (family === 'date') trials.push(...aroundNumbers(values.map((value) => (parseDate(value) ?? 0) / 1000)));
    if (family === 'boolean' || name.startsWith('StringEquals') || family === 'binary') trials.push(...values);
    const closesList = family !== 'null' && family !== 'ip' && family !== 'arn' && !name.startsWith('StringLike');
    isListed ||= closesList && !negated;
    if (family === 'null' && values.every((value) => value.toLowerCase() === 'true')) isListed = true;
  }
  return isListed ? withMiddles(trials) : undefined;
}

function aroundNumbers(numbers: readonly number[]): readonly string[] {
  return numbers.flatMap((number) => [number - 1, number, number + 1].map(String));
}

/** Adds a value between each two adjacent numbers. */
function withMiddles(trials: readonly string[]): readonly string[] {
  const numbers = trials
    .map(Number)
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  const middles = numbers.slice(1).map((number, index) => String((number + (numbers[index] ?? number)) / 2));
  return [...trials, ...middles];
}
