import type { PolicyKind } from '../model.js';
import { checkStatements, type CheckedStatement } from './check-statements.js';
import type { ConditionRules } from './condition-element.js';
import { grammarWords } from './grammar-words.js';
import { readJson, type JsonNode } from './json-reader.js';
import { objectMembers, refuseUnknownMembers, stringValue } from './json-values.js';
import { readStatement, type StatementParts } from './parse-statement.js';
import type { PolicyDocument, Statement, TextPosition } from './policy-document.js';
import { PolicySyntaxError, SYNTAX_ERRORS } from './policy-syntax-error.js';
import type { ResourceRules } from './resource-element.js';
import { positionsOf } from './text-positions.js';

const DOCUMENT_MEMBERS: ReadonlySet<string> = new Set(['Version', 'Id', 'Statement']);

/**
 * The maximum length of the `PolicyDocument` parameter of the IAM API (API Reference, CreatePolicy), in UTF-16 code
 * units.
 */
const MAX_TEXT_LENGTH = 131_072;

export interface ParseOptions {
  /** The partition of this installation's ARNs, accepted in addition to AWS's own. Default `aws`. */
  readonly partition?: string;
  /** Refuse all versions except 2012-10-17, as AWS does for managed policies. Default false. */
  readonly requireCurrentVersion?: boolean;
  /**
   * Refuse ARNs with fewer than six fields, as AWS does for session policies ("Identify AWS resources with ARNs").
   * Default: in resource-based policies, for which AWS does not document the missing fields.
   */
  readonly completeArnsOnly?: boolean;
  /**
   * The document was accepted earlier: what has been refused only since then is accepted, so that the document still
   * takes effect. Default false.
   */
  readonly stored?: boolean;
}

/**
 * Parses and validates a policy document. Everything that the grammar does not contain is refused: unknown elements and
 * operators, repeated keys, wrong types, empty lists, elements that the kind of policy does not permit.
 *
 * The caller checks quotas: see `policySize`.
 *
 * Source: AWS IAM User Guide, "Grammar of the IAM JSON policy language".
 *
 * @throws PolicySyntaxError with AWS's message, for the first error that AWS would report
 */
export function parsePolicy(text: string, kind: PolicyKind, options: ParseOptions = {}): PolicyDocument {
  const { partition = 'aws', stored = false, completeArnsOnly = kind === 'resource' } = options;
  if (text.length > MAX_TEXT_LENGTH) throw new PolicySyntaxError(SYNTAX_ERRORS, '');
  const members = objectMembers(readDocument(text, kind), '');
  refuseUnknownMembers(members, DOCUMENT_MEMBERS, '');
  const version = readVersion(members.get('Version'), kind);
  const idNode = members.get('Id');
  const id = idNode && stringValue(idNode, 'Id');
  const variables = version === '2012-10-17';
  const statements = readStatements(members.get('Statement'), kind, { variables, stored });
  if (options.requireCurrentVersion === true && version !== '2012-10-17') {
    throw new PolicySyntaxError('Policy document must be version 2012-10-17 or greater.', 'Version');
  }
  const rules: ResourceRules = { variables, partition, completeArnsOnly: completeArnsOnly && !stored };
  const checked = checkStatements(statements, kind, rules);
  const positionOf = positionsOf(text);
  return {
    kind,
    ...(version === undefined ? {} : { version }),
    ...(id === undefined ? {} : { id }),
    statements: checked.map((statement) => toStatement(statement, positionOf)),
  };
}

/** Like `parsePolicy`, for a document that was accepted earlier. */
export function parseStoredPolicy(text: string, kind: PolicyKind, options: ParseOptions = {}): PolicyDocument {
  return parsePolicy(text, kind, { ...options, stored: true });
}

function readDocument(text: string, kind: PolicyKind): JsonNode {
  try {
    return readJson(text);
  } catch (error) {
    if (error instanceof PolicySyntaxError) throw new PolicySyntaxError(grammarWords(kind).json, error.path);
    throw error;
  }
}

function readVersion(node: JsonNode | undefined, kind: PolicyKind): PolicyDocument['version'] {
  const version = node && stringValue(node, 'Version');
  if (version === undefined || version === '2008-10-17' || version === '2012-10-17') return version;
  throw new PolicySyntaxError(grammarWords(kind).version, 'Version');
}

function readStatements(
  node: JsonNode | undefined,
  kind: PolicyKind,
  rules: ConditionRules,
): readonly StatementParts[] {
  if (node?.type === 'object') return [readStatement(node, 'Statement', kind, rules)];
  if (node?.type !== 'array' || node.items.length === 0) {
    throw new PolicySyntaxError(grammarWords(kind).statement, 'Statement');
  }
  return node.items.map((item, index) => readStatement(item, `Statement[${index}]`, kind, rules));
}

function toStatement(
  { parts, effect, action, principal }: CheckedStatement,
  positionOf: (offset: number) => TextPosition,
): Statement {
  return {
    ...(parts.sid === undefined || parts.sid === '' ? {} : { sid: parts.sid }),
    effect,
    ...(principal === undefined ? {} : { principal }),
    action: action.element,
    ...(parts.resource === undefined ? {} : { resource: parts.resource.element }),
    conditions: parts.conditions.entries,
    position: { start: positionOf(parts.node.start), end: positionOf(parts.node.end) },
  };
}
