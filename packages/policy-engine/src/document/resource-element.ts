import { parseTemplate } from '../matching/template.js';
import { arnFields, isIncompleteArn } from './arn-fields.js';
import type { LocatedElement } from './pattern-element.js';
import { LEGACY_PARSING, PolicySyntaxError, SYNTAX_ERRORS } from './policy-syntax-error.js';

/** Source: AWS General Reference, "Amazon Resource Names (ARNs)", partitions. */
const AWS_PARTITIONS: ReadonlySet<string> = new Set([
  'aws',
  'aws-cn',
  'aws-us-gov',
  'aws-iso',
  'aws-iso-b',
  'aws-iso-e',
  'aws-iso-f',
  'aws-eusc',
]);

const IAM_PATHS = [
  'user/',
  'federated-user/',
  'role/',
  'group/',
  'instance-profile/',
  'mfa/',
  'server-certificate/',
  'policy/',
  'sms-mfa/',
  'saml-provider/',
  'oidc-provider/',
  'report/',
  'access-report/',
] as const;

const WILDCARD = /[*?]/;

export interface ResourceRules {
  /** Patterns may contain `${…}`. */
  readonly variables: boolean;
  /** A partition that is accepted in addition to AWS's own. */
  readonly partition: string;
  /** An ARN with fewer than six fields is refused. */
  readonly completeArnsOnly: boolean;
}

/**
 * The first problem of the elements, each in sorted order, as AWS reports them. What fails legacy parsing comes before
 * all others, unless the same element has an earlier problem.
 */
export function findResourceProblem(
  elements: readonly LocatedElement[],
  rules: ResourceRules,
): PolicySyntaxError | undefined {
  const problems = elements.flatMap((element) => elementProblem(element, rules) ?? []);
  return problems.find(({ message }) => message === LEGACY_PARSING) ?? problems[0];
}

function elementProblem({ element, path }: LocatedElement, rules: ResourceRules): PolicySyntaxError | undefined {
  const inOrder = [...element.patterns.entries()].sort(([, a], [, b]) => (a < b ? -1 : 1));
  for (const [index, pattern] of inOrder) {
    const problem = resourceProblem(pattern, rules);
    if (problem !== undefined) return new PolicySyntaxError(problem, `${path}[${index}]`);
  }
  return undefined;
}

/** @throws PolicySyntaxError "Policy statement must contain resources." */
export function requireResources(resource: LocatedElement | undefined, statementPath: string): void {
  if (resource === undefined || resource.element.patterns.length === 0) {
    throw new PolicySyntaxError('Policy statement must contain resources.', resource?.path ?? statementPath);
  }
}

/** What follows the first colon is the partition, whatever comes before it. */
function resourceProblem(pattern: string, rules: ResourceRules): string | undefined {
  if (pattern === '*') return undefined;
  const [prefix, partition = '', vendor, ...rest] = arnFields(pattern, rules.variables);
  if (!pattern.includes(':')) return notAnArn(pattern);
  if (prefix === 'arn' && pattern.includes('::') && isIncompleteArn(pattern, rules.variables)) return LEGACY_PARSING;
  if (partition !== '*' && partition !== rules.partition && !AWS_PARTITIONS.has(partition)) {
    return `Partition "${partition}" is not valid for resource "${filledArn(partition, vendor, rest)}".`;
  }
  if (prefix !== 'arn') return notAnArn(pattern);
  if (vendor === undefined || WILDCARD.test(vendor)) {
    return 'Resource vendor must be fully qualified and cannot contain regexes.';
  }
  if (vendor === '') return LEGACY_PARSING;
  if (rules.completeArnsOnly && isIncompleteArn(pattern, rules.variables)) return notAnArn(pattern);
  return vendorProblem(pattern, vendor, rest) ?? variableProblem(pattern, rules);
}

function notAnArn(pattern: string): string {
  return `Resource ${pattern} must be in ARN format or "*".`;
}

function vendorProblem(pattern: string, vendor: string, [region, , ...resource]: string[]): string | undefined {
  const path = resource.join(':');
  if (vendor === 's3' && region !== '' && !path.startsWith('accesspoint/')) {
    return `Resource ${pattern} can not contain region information.`;
  }
  if (vendor !== 'iam') return undefined;
  if (region !== '') return `IAM resource ${pattern} cannot contain region information.`;
  if (!['*', 'root'].includes(path) && !IAM_PATHS.some((start) => path.startsWith(start))) {
    return `IAM resource path must either be "*", root, or start with ${IAM_PATHS.join(', ')}.`;
  }
  return undefined;
}

function variableProblem(pattern: string, { variables }: ResourceRules): string | undefined {
  return parseTemplate(pattern, { variables, wildcards: true }) === undefined ? SYNTAX_ERRORS : undefined;
}

/** AWS's message shows the ARN with `*` for missing fields. */
function filledArn(partition: string, vendor: string | undefined, rest: readonly string[]): string {
  const [region, accountId, ...resource] = rest;
  const service = vendor === undefined || (vendor === '' && rest.length === 0) ? '*' : vendor;
  const path = resource.length > 0 ? resource.join(':') : '*';
  return `arn:${partition}:${service}:${region ?? '*'}:${accountId ?? '*'}:${path}`;
}
