import { ApiError } from '../../kernel/errors/errors.js';
import { quotas } from '../../kernel/quotas.js';
import {
  type ParseOptions,
  parsePolicy,
  type PolicyKind,
  policySize,
  PolicySyntaxError,
} from 'gatehouse-policy-engine';

/** The quota that a document counts against, and what the parser must know. */
export interface DocumentRules extends ParseOptions {
  /** As AWS names it. */
  readonly quota: string;
  /** Without white space (IAM User Guide, "IAM and AWS STS quotas"). */
  readonly characters: number;
}

export function managedPolicyRules(partition: string): DocumentRules {
  return { quota: 'PolicySize', characters: quotas.managedPolicyCharacters, partition, requireCurrentVersion: true };
}

/**
 * A policy is checked when it is written, so that whatever is stored can be decided by.
 *
 * @throws ApiError MalformedPolicyDocument in AWS's words, LimitExceeded
 */
export function checkPolicyDocument(text: string, kind: PolicyKind, rules: DocumentRules): void {
  if (policySize(text) > rules.characters) {
    throw new ApiError('LimitExceeded', `Cannot exceed quota for ${rules.quota}: ${rules.characters}`);
  }
  try {
    parsePolicy(text, kind, rules);
  } catch (error) {
    if (error instanceof PolicySyntaxError) throw new ApiError('MalformedPolicyDocument', error.message);
    throw error;
  }
}

/** As AWS returns documents: percent-encoded by RFC 3986, where `encodeURIComponent` leaves `!'()*` as they are. */
export function encodeDocument(document: string): string {
  return encodeURIComponent(document).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
