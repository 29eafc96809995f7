import { ApiError } from '../../kernel/errors/errors.js';
import { quotas } from '../../kernel/quotas.js';
import { TimeSlices } from '../../kernel/time-slices.js';
import {
  type CompiledPolicy,
  compilePolicy,
  contextKeysOf,
  type PolicyDocument,
  parsePolicy,
  parseStoredPolicy,
  type PolicyKind,
  policySize,
  type PolicySource,
  PolicySyntaxError,
  prepareToExplain,
} from 'gatehouse-policy-engine';

/** A policy in the simulator: compiled, and with the structure of its text. */
export interface SimulatedPolicy {
  readonly document: PolicyDocument;
  readonly compiled: CompiledPolicy;
  /** In the order of the document's statements. */
  readonly statementKeys: readonly StatementKeys[];
}

/** Condition keys that a statement uses, as written. */
interface StatementKeys {
  /** Only in its resources: a resource may fail to match only because a variable in it has no value. */
  readonly inResources: readonly string[];
  readonly all: readonly string[];
}

/**
 * Parses a policy in the request.
 *
 * @param parameter its name in the request, such as `PolicyInputList.1`, which is also the policy's ID in results
 * @throws ApiError InvalidInput with the parser's message, LimitExceeded for a policy that could not be attached to
 *   anything
 */
export function readInputPolicy(
  text: string,
  kind: PolicyKind,
  parameter: string,
  type: PolicySource['type'],
  partition: string,
): SimulatedPolicy {
  const limit = kind === 'resource' ? quotas.resourcePolicyCharacters : longestIdentityPolicy();
  if (policySize(text) > limit) {
    throw new ApiError('LimitExceeded', `${parameter}: Cannot exceed quota for PolicySize: ${limit}`);
  }
  try {
    return simulated(parsePolicy(text, kind, { partition }), { id: parameter, type });
  } catch (error) {
    if (error instanceof PolicySyntaxError) throw new ApiError('InvalidInput', `${parameter}: ${error.message}`);
    throw error;
  }
}

/** Parses a stored policy. */
export function readPolicy(text: string, kind: PolicyKind, source: PolicySource, partition: string): SimulatedPolicy {
  return simulated(parseStoredPolicy(text, kind, { partition }), source);
}

function simulated(document: PolicyDocument, source: PolicySource): SimulatedPolicy {
  const compiled = compilePolicy(document, source);
  prepareToExplain(compiled);
  const statementKeys = document.statements.map((statement) => ({
    inResources: contextKeysOf({ ...document, statements: [{ ...statement, conditions: [] }] }),
    all: contextKeysOf({ ...document, statements: [statement] }),
  }));
  return { document, compiled, statementKeys };
}

/** The maximum of the kinds that an input may be; white space is not counted. */
function longestIdentityPolicy(): number {
  const { managedPolicyCharacters, userInlineCharacters, groupInlineCharacters, roleInlineCharacters } = quotas;
  return Math.max(managedPolicyCharacters, userInlineCharacters, groupInlineCharacters, roleInlineCharacters);
}

/** The `PolicyInputList` of a request. @throws ApiError InvalidInput, LimitExceeded */
export function readInputList(texts: readonly string[], partition: string): Promise<SimulatedPolicy[]> {
  return new TimeSlices().map(texts, (text, index) =>
    readInputPolicy(text, 'identity', `PolicyInputList.${index + 1}`, 'user-inline', partition),
  );
}

/** Each key once, as first written. */
export function allContextKeys(policies: readonly SimulatedPolicy[]): string[] {
  const keys = new Map<string, string>();
  for (const key of policies.flatMap(({ statementKeys }) => statementKeys.flatMap(({ all }) => all))) {
    if (!keys.has(key.toLowerCase())) keys.set(key.toLowerCase(), key);
  }
  return [...keys.values()];
}
