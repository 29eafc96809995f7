import type { ConditionContext } from '../model.js';
import type { TemplateToken, VariableToken } from './template.js';

/** Colons before the last field of an ARN. */
const ARN_COLONS = 5;

type DoubtTest = (context: ConditionContext) => boolean;

/**
 * Whether the request has a value whose interpretation in this pattern AWS does not document: an empty one in a pattern
 * with wildcards (`b/${aws:PrincipalTag/team}*` would match all of `b/`), or one with a colon before the last field of
 * an ARN, where it would shift the fields.
 *
 * @returns undefined for a pattern in which no value is in doubt
 */
export function doubtTest(template: readonly TemplateToken[], isArn: boolean): DoubtTest | undefined {
  const hasWildcards = template.some(({ type }) => type === 'anyRun' || type === 'anyOne');
  const notEmpty = hasWildcards ? template.filter(isVariable) : [];
  const withoutColon = isArn ? variablesBeforeLastField(template) : [];
  if (notEmpty.length === 0 && withoutColon.length === 0) return undefined;
  return (context) =>
    notEmpty.some(({ key }) => onlyValue(context, key) === '') ||
    withoutColon.some(({ key }) => onlyValue(context, key)?.includes(':') === true);
}

/** Whether a variable of the pattern has several values, of which none can be substituted. */
export function severalValuesTest(template: readonly TemplateToken[]): DoubtTest {
  const variables = template.filter(isVariable).filter(({ defaultValue }) => defaultValue === undefined);
  return (context) =>
    variables.some(({ key }) => {
      const values = context.get(key);
      return typeof values === 'object' && values.length > 1;
    });
}

function variablesBeforeLastField(template: readonly TemplateToken[]): readonly VariableToken[] {
  let colons = 0;
  const before: VariableToken[] = [];
  for (const token of template) {
    if (token.type === 'text') colons += token.text.split(':').length - 1;
    else if (token.type === 'variable' && colons < ARN_COLONS) before.push(token);
  }
  // If the pattern has fewer colons, they belong to a value: `${aws:PrincipalArn}` alone is a whole ARN.
  return colons < ARN_COLONS ? [] : before;
}

function isVariable(token: TemplateToken): token is VariableToken {
  return token.type === 'variable';
}

function onlyValue(context: ConditionContext, key: string): string | undefined {
  const values = context.get(key);
  if (typeof values === 'string') return values;
  return values?.length === 1 ? values[0] : undefined;
}
