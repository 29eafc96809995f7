import { doubtTest, severalValuesTest } from '../matching/doubtful-values.js';
import { isPattern, parseTemplate, resolveTemplate, type TemplateToken } from '../matching/template.js';
import { countWork, stepsToCompile } from '../matching/work.js';
import type { ConditionContext } from '../model.js';
import type { ConditionEntry } from './condition-entry.js';
import { findOperator, type QualifiedOperator } from './operator-registry.js';
import { all, type ConditionOperator, type ValueTest } from './operator.js';

/** One operator, key and value list of a Condition block, compiled. */
export interface CompiledCondition {
  readonly holds: (context: ConditionContext) => boolean;
  /** Approximate cost, to try cheap conditions first. */
  readonly cost: number;
}

export function allHold(conditions: readonly CompiledCondition[], context: ConditionContext): boolean {
  for (const condition of conditions) {
    if (!condition.holds(context)) return false;
  }
  return true;
}

/** Whether one value of the request satisfies the operator for the policy's list of values. */
type ValueRule = (actual: string, context: ConditionContext) => boolean;

/**
 * Compiles a condition. A condition that is not understood never lets an Allow apply and never weakens a Deny.
 *
 * Source: AWS IAM User Guide, "Condition operators", "Conditions with multiple context keys or values", "Multivalued
 * context keys".
 *
 * @param isAllow the effect of the statement
 * @param variables the version of the policy supports policy variables
 */
export function compileCondition(entry: ConditionEntry, isAllow: boolean, variables: boolean): CompiledCondition {
  const found = findOperator(entry.operator);
  // A list without values, and an unknown operator, have no meaning.
  const rule =
    found && entry.values.length > 0 ? compileValues(found.operator, entry.values, isAllow, variables) : undefined;
  if (found === undefined || rule === undefined) return { holds: () => !isAllow, cost: 0 };
  return { holds: overKey(found, entry.key.toLowerCase(), rule, isAllow), cost: found.operator.cost };
}

function overKey(
  { operator, qualifier, ifExists }: QualifiedOperator,
  key: string,
  rule: ValueRule,
  isAllow: boolean,
): CompiledCondition['holds'] {
  if (operator.testsAbsence) return (context) => rule(isAbsent(context.get(key)) ? 'true' : 'false', context);
  if (qualifier === 'ForAllValues') return (context) => everyValue(context.get(key), rule, context);
  if (qualifier === 'ForAnyValue') {
    return (context) => {
      const values = context.get(key);
      return isAbsent(values) ? ifExists : someValue(values, rule, context);
    };
  }
  const whenAbsent = ifExists || operator.negated;
  return (context) => {
    const values = context.get(key);
    if (typeof values === 'string') return rule(values, context);
    if (isAbsent(values)) return whenAbsent;
    // A multi-valued key requires a set operator, and AWS does not document what happens without one. Fail closed: an
    // Allow requires all values to match, a Deny any.
    return isAllow ? everyValue(values, rule, context) : someValue(values, rule, context);
  };
}

type Values = string | readonly string[];

function isAbsent(values: Values | undefined): values is undefined {
  return values === undefined || (typeof values !== 'string' && values.length === 0);
}

/** "It also returns true if there are no keys in the request, or if the key value resolves to an empty data set." */
function everyValue(values: Values | undefined, rule: ValueRule, context: ConditionContext): boolean {
  if (values === undefined || values === '') return true;
  if (typeof values === 'string') return rule(values, context);
  for (const value of values) {
    if (!rule(value, context)) return false;
  }
  return true;
}

function someValue(values: Values, rule: ValueRule, context: ConditionContext): boolean {
  if (typeof values === 'string') return rule(values, context);
  for (const value of values) {
    if (rule(value, context)) return true;
  }
  return false;
}

/** @returns undefined if a value does not have the operator's type */
function compileValues(
  operator: ConditionOperator,
  values: readonly string[],
  isAllow: boolean,
  variables: boolean,
): ValueRule | undefined {
  const syntax = { variables: variables && operator.variables, wildcards: operator.wildcards };
  const parsed = all(values, (value) => parseTemplate(value, syntax));
  const matches = parsed && operator.prepare(parsed.filter(isPattern));
  if (parsed === undefined || matches === undefined) return undefined;
  const templates = parsed.filter((template) => !isPattern(template));
  return templates.length === 0
    ? staticRule(matches, operator.negated, isAllow)
    : templateRule(operator, matches, templates, isAllow);
}

/**
 * A negated operator with several values is a NOR: true if none of them matches. AWS does not document what happens if
 * a value does not have the operator's type: an Allow then does not apply, a Deny does.
 */
function staticRule(matches: ValueTest, negated: boolean, isAllow: boolean): ValueRule {
  return (actual) => {
    const matched = matches(actual);
    return matched === undefined ? !isAllow : matched !== negated;
  };
}

/**
 * A variable without a value matches nothing, so a negated operator holds (AWS IAM User Guide, "Policy variables with
 * no value"). If a value is in doubt, the interpretation that allows less: see `doubtTest`; with several values an
 * Allow does not apply.
 */
function templateRule(
  operator: ConditionOperator,
  isKnown: ValueTest,
  templates: readonly (readonly TemplateToken[])[],
  isAllow: boolean,
): ValueRule {
  const { negated, family } = operator;
  const prepared = templates.map((template) => ({
    template,
    isDoubtful: isAllow === negated ? undefined : doubtTest(template, family === 'arn'),
    hasSeveral: severalValuesTest(template),
  }));
  return (actual, context) => {
    const known = isKnown(actual);
    if (known === undefined) return !isAllow;
    if (known) return !negated;
    let isUnclear = false;
    for (const { template, isDoubtful, hasSeveral } of prepared) {
      const pattern = resolveTemplate(template, context);
      if (pattern === undefined) {
        isUnclear ||= hasSeveral(context);
        continue;
      }
      countWork(stepsToCompile(pattern));
      if (operator.prepare([pattern])?.(actual) === true && isDoubtful?.(context) !== true) return !negated;
    }
    return negated && !(isUnclear && isAllow);
  };
}
