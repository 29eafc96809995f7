import type { PolicyKind } from '../model.js';
import type { JsonNode } from './json-reader.js';
import { objectMembers, stringList } from './json-values.js';
import type { PrincipalElement, PrincipalEntry } from './policy-document.js';
import { PolicySyntaxError, SYNTAX_ERRORS } from './policy-syntax-error.js';

const FORMATS: Readonly<Record<Exclude<PrincipalEntry['type'], 'all'>, readonly RegExp[]>> = {
  AWS: [
    /^\*$/,
    /^[0-9]{12}$/,
    /^arn:[a-z0-9-]+:iam::[0-9]{12}:(?:root|(?:user|role)\/[\u0021-\u007e]+)$/,
    /^arn:[a-z0-9-]+:sts::[0-9]{12}:(?:assumed-role\/[\w+=,.@-]+\/[\w+=,.@-]+|federated-user\/[\w+=,.@-]+)$/,
  ],
  Service: [/^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/],
  Federated: [
    /^arn:[a-z0-9-]+:iam::[0-9]{12}:(?:saml|oidc)-provider\/[\u0021-\u007e]+$/,
    /^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::[0-9]+)?(?:\/[\w./-]*)?$/,
  ],
  CanonicalUser: [/^[0-9a-f]{64}$/],
};

/** The types of principals that a kind of policy may name; a kind without an entry may name none. */
const TYPES_BY_KIND: Readonly<Partial<Record<PolicyKind, ReadonlySet<string>>>> = {
  resource: new Set(['all', 'AWS', 'Service', 'Federated', 'CanonicalUser']),
  trust: new Set(['all', 'AWS', 'Service', 'Federated']),
  resourceControl: new Set(['all']),
};

const WILDCARD_IN_ARN = /[*?]/;

/**
 * Principal or NotPrincipal, required if the kind of policy has one and refused if it has none.
 *
 * Source: AWS IAM User Guide, "AWS JSON policy elements: Principal" and "NotPrincipal": the latter is not permitted in
 * trust policies, and only with Deny.
 *
 * @throws PolicySyntaxError in AWS's words
 */
export function readPrincipal(
  members: ReadonlyMap<string, JsonNode>,
  kind: PolicyKind,
  effect: 'Allow' | 'Deny',
  statementPath: string,
): PrincipalElement | undefined {
  const plain = members.get('Principal');
  const negated = members.get('NotPrincipal');
  const types = TYPES_BY_KIND[kind];
  const node = plain ?? negated;
  const path = `${statementPath}.${plain === undefined ? 'NotPrincipal' : 'Principal'}`;
  if (types === undefined) {
    if (node !== undefined) throw new PolicySyntaxError('Policy document should not specify a principal.', path);
    return undefined;
  }
  if (node === undefined) throw new PolicySyntaxError('Missing required field Principal', statementPath);
  if (plain !== undefined && negated !== undefined) {
    throw new PolicySyntaxError(SYNTAX_ERRORS, `${statementPath}.NotPrincipal`);
  }
  if (plain === undefined && (kind !== 'resource' || effect === 'Allow')) {
    throw new PolicySyntaxError(kind === 'trust' ? notPrincipalInTrust(effect) : SYNTAX_ERRORS, path);
  }
  return { negated: plain === undefined, entries: readEntries(node, types, path) };
}

function notPrincipalInTrust(effect: 'Allow' | 'Deny'): string {
  return effect === 'Allow'
    ? 'Allow with NotPrincipal is not allowed.'
    : 'AssumeRole policy must not contain NotPrincipal field.';
}

function readEntries(node: JsonNode, types: ReadonlySet<string>, path: string): readonly PrincipalEntry[] {
  if (node.type === 'string') {
    if (node.text !== '*') throw new PolicySyntaxError('Principal must be a JSON object.', path);
    return [{ type: 'all', value: '*' }];
  }
  const entries: PrincipalEntry[] = [];
  for (const [type, values] of objectMembers(node, path)) {
    if (!types.has(type) || !isEntryType(type)) throw new PolicySyntaxError(SYNTAX_ERRORS, `${path}.${type}`);
    for (const value of stringList(values, `${path}.${type}`)) {
      if (!isValid(type, value)) {
        throw new PolicySyntaxError(`Invalid principal in policy: "${type}":"${value}"`, `${path}.${type}`);
      }
      entries.push({ type, value });
    }
  }
  if (entries.length === 0) throw new PolicySyntaxError('Missing required field Principal cannot be empty!', path);
  return entries;
}

function isEntryType(type: string): type is keyof typeof FORMATS {
  return Object.hasOwn(FORMATS, type);
}

/** "You cannot use a wildcard to match part of a principal name or ARN." */
function isValid(type: keyof typeof FORMATS, value: string): boolean {
  if (value !== '*' && WILDCARD_IN_ARN.test(value)) return false;
  return FORMATS[type].some((format) => format.test(value));
}
