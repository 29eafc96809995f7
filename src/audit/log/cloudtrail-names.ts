import { parseArn } from '../../kernel/arn.js';

export const SIGN_IN = 'gatehouse:SignIn';
const CONSOLE_LOGIN = 'ConsoleLogin';
const SIGN_IN_SOURCE = 'signin.amazonaws.com';

/** Prefixes of the operations that are recorded. */
const PREFIXES = ['iam', 'sts', 'gatehouse', 'cloudtrail', 'tag'];

/** `CreateUser`; CloudTrail calls a sign-in with a password ConsoleLogin. */
export function cloudTrailName(operation: string): string {
  return operation === SIGN_IN ? CONSOLE_LOGIN : operation.slice(operation.indexOf(':') + 1);
}

/** The operations with this CloudTrail name. */
export function operationsNamed(eventName: string): string[] {
  return eventName === CONSOLE_LOGIN ? [SIGN_IN] : PREFIXES.map((prefix) => `${prefix}:${eventName}`);
}

/** `iam.amazonaws.com` */
export function eventSourceOf(operation: string): string {
  return operation === SIGN_IN ? SIGN_IN_SOURCE : `${operation.slice(0, operation.indexOf(':'))}.amazonaws.com`;
}

/** The prefix of the operations of an event source; undefined if the source has none. */
export function operationPrefixOf(eventSource: string): string | undefined {
  if (eventSource === SIGN_IN_SOURCE) return SIGN_IN;
  const [, prefix] = /^([a-z]+)\.amazonaws\.com$/.exec(eventSource) ?? [];
  return prefix !== undefined && PREFIXES.includes(prefix) ? `${prefix}:` : undefined;
}

/** By the first part of a resource in an ARN of IAM. Source: CloudFormation's resource types, which CloudTrail uses. */
const RESOURCE_TYPES: Readonly<Record<string, string>> = {
  user: 'AWS::IAM::User',
  group: 'AWS::IAM::Group',
  role: 'AWS::IAM::Role',
  policy: 'AWS::IAM::Policy',
  'instance-profile': 'AWS::IAM::InstanceProfile',
  mfa: 'AWS::IAM::VirtualMFADevice',
  'oidc-provider': 'AWS::IAM::OIDCProvider',
  'saml-provider': 'AWS::IAM::SAMLProvider',
  'server-certificate': 'AWS::IAM::ServerCertificate',
};

/** `AWS::IAM::User`; undefined when CloudTrail has no name for it. */
export function resourceTypeOf(arn: string): string | undefined {
  const parsed = parseArn(arn);
  return parsed?.service === 'iam' ? RESOURCE_TYPES[parsed.resource.split('/', 1)[0]!] : undefined;
}

/** The part of the ARN for resources of this type; undefined for unknown types. */
export function arnPartOf(resourceType: string): string | undefined {
  const [part] = Object.entries(RESOURCE_TYPES).find(([, name]) => name === resourceType) ?? [];
  return part === undefined ? undefined : `:${part}/`;
}
