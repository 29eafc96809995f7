import type { LocatedElement } from './pattern-element.js';
import { PolicySyntaxError } from './policy-syntax-error.js';

const VENDOR = /^[A-Za-z0-9.-]+$/;

/** The actions of AWS STS in trust policies. Source: Service Authorization Reference, "AWS Security Token Service". */
const TRUST_ACTIONS: ReadonlySet<string> = new Set(
  [
    'AssumeRole',
    'AssumeRoleWithSAML',
    'AssumeRoleWithWebIdentity',
    'DecodeAuthorizationMessage',
    'GetAccessKeyInfo',
    'GetCallerIdentity',
    'GetFederationToken',
    'GetServiceBearerToken',
    'GetSessionToken',
    'SetSourceIdentity',
    'TagSession',
  ].map((name) => `sts:${name}`.toLowerCase()),
);

/** @throws PolicySyntaxError with the message */
export function requireActions(
  action: LocatedElement | undefined,
  statementPath: string,
  message: string,
): LocatedElement {
  if (action === undefined || action.element.patterns.length === 0) {
    throw new PolicySyntaxError(message, action?.path ?? statementPath);
  }
  return action;
}

/** `*`, or `vendor:Name` with wildcards in the name. @throws PolicySyntaxError in AWS's words */
export function checkActionPatterns({ element, path }: LocatedElement): void {
  for (const [index, pattern] of element.patterns.entries()) {
    if (pattern === '*') continue;
    const [vendor = '', name, ...more] = pattern.split(':');
    const problem = actionProblem(vendor, name, more.length > 0);
    if (problem !== undefined) throw new PolicySyntaxError(problem, `${path}[${index}]`);
  }
}

function actionProblem(vendor: string, name: string | undefined, hasMoreColons: boolean): string | undefined {
  if (name === undefined) return 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';
  if (hasMoreColons) return 'Actions/Condition can contain only one colon.';
  if (vendor !== '*' && !VENDOR.test(vendor)) return `Vendor ${vendor} is not valid`;
  return undefined;
}

/** @throws PolicySyntaxError unless all actions are permitted in trust policies */
export function checkTrustActions({ element, path }: LocatedElement): void {
  if (!element.patterns.every((pattern) => pattern.toLowerCase().startsWith('sts:'))) {
    throw new PolicySyntaxError('AssumeRole policy may only specify STS AssumeRole actions.', path);
  }
  if (element.negated || !element.patterns.every((pattern) => TRUST_ACTIONS.has(pattern.toLowerCase()))) {
    throw new PolicySyntaxError(
      'Trust Policy statement actions can only be sts:AssumeRole, ' +
        'sts:AssumeRoleWithSAML,  and sts:AssumeRoleWithWebIdentity',
      path,
    );
  }
}
