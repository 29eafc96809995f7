import { ApiError } from '../common/errors.js';
import {
  type CompiledPolicy,
  compilePolicy,
  contextKeysOf,
  type PolicyDocument,
  parsePolicy,
  parseStoredPolicy,
  type PolicyKind,
  type PolicySource,
  PolicySyntaxError,
} from '../policy-engine/index.js';

/** A policy as the simulator works with it: ready to be asked, and with its text's structure. */
export interface SimulatedPolicy {
  readonly document: PolicyDocument;
  readonly compiled: CompiledPolicy;
}

/**
 * Reads a policy that came with the request.
 *
 * @param parameter as the request calls it, e.g. `PolicyInputList.1`: also the policy's id in results
 * @throws ApiError InvalidInput with the parser's words
 */
export function readInputPolicy(
  text: string,
  kind: PolicyKind,
  parameter: string,
  type: PolicySource['type'],
  partition: string,
): SimulatedPolicy {
  try {
    return simulated(parsePolicy(text, kind, { partition }), { id: parameter, type });
  } catch (error) {
    if (error instanceof PolicySyntaxError) throw new ApiError('InvalidInput', `${parameter}: ${error.message}`);
    throw error;
  }
}

/** Reads a stored policy. */
export function readPolicy(text: string, kind: PolicyKind, source: PolicySource, partition: string): SimulatedPolicy {
  return simulated(parseStoredPolicy(text, kind, { partition }), source);
}

function simulated(document: PolicyDocument, source: PolicySource): SimulatedPolicy {
  return { document, compiled: compilePolicy(document, source) };
}

/** The `PolicyInputList` of a request. @throws ApiError InvalidInput */
export function readInputList(texts: readonly string[], partition: string): SimulatedPolicy[] {
  return texts.map((text, index) =>
    readInputPolicy(text, 'identity', `PolicyInputList.${index + 1}`, 'user-inline', partition),
  );
}

/** Each key once, as first written. */
export function allContextKeys(policies: readonly SimulatedPolicy[]): string[] {
  const keys = new Map<string, string>();
  for (const key of policies.flatMap(({ document }) => contextKeysOf(document))) {
    if (!keys.has(key.toLowerCase())) keys.set(key.toLowerCase(), key);
  }
  return [...keys.values()];
}
