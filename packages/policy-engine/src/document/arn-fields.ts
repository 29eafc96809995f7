import { parseTemplate } from '../matching/template.js';

/** Colons of an ARN before its last field, which may contain colons. */
const COLONS = 5;

/**
 * The fields of an ARN pattern, which colons separate. A colon in a policy variable is not a separator:
 * `arn:aws:iam::${aws:PrincipalAccount}:user/x` has six fields.
 */
export function arnFields(pattern: string, variables: boolean): readonly string[] {
  const template =
    variables && pattern.includes('${') ? parseTemplate(pattern, { variables, wildcards: false }) : undefined;
  if (template === undefined) return pattern.split(':');
  const fields = [''];
  for (const token of template) {
    const [first = '', ...more] =
      token.type === 'text' ? token.text.split(':') : [`\${${'name' in token ? token.name : ''}}`];
    fields[fields.length - 1] += first;
    fields.push(...more);
  }
  return fields;
}

/** Whether a pattern has fewer than the six fields of an ARN. `*` alone stands for every resource, and is complete. */
export function isIncompleteArn(pattern: string, variables: boolean): boolean {
  return pattern !== '*' && arnFields(pattern, variables).length <= COLONS;
}

/**
 * An incomplete ARN with `*` for the missing fields: `arn:aws:sqs` becomes `arn:aws:sqs:*:*:*`.
 *
 * Source: AWS IAM User Guide, "Identify AWS resources with Amazon Resource Names (ARNs)": "When you specify an
 * incomplete ARN (one with fewer than the standard six fields) in an identity-based policy, AWS automatically completes
 * the ARN by adding wildcard characters (*) to all missing fields."
 */
export function completeArn(pattern: string, variables: boolean): string {
  const lacking = COLONS + 1 - arnFields(pattern, variables).length;
  return pattern + ':*'.repeat(Math.max(lacking, 0));
}
