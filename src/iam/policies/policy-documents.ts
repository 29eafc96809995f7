import { ApiError } from '../../kernel/errors/errors.js';
import { quotas } from '../../kernel/quotas.js';
import {
  type ParseOptions,
  parsePolicy,
  type PolicyKind,
  policySize,
  PolicySyntaxError,
} from 'gatehouse-policy-engine';

/** The quota of a document, and the parser's options. */
export interface DocumentRules extends ParseOptions {
  /** AWS's name of the quota. */
  readonly quota: string;
  /** Without white space (IAM User Guide, "IAM and AWS STS quotas"). */
  readonly characters: number;
}

export function managedPolicyRules(partition: string): DocumentRules {
  return { quota: 'PolicySize', characters: quotas.managedPolicyCharacters, partition, requireCurrentVersion: true };
}

/**
 * Validates a policy when it is written, so that every stored policy can be used for decisions.
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

/**
 * The encoding of documents in AWS's responses: percent-encoded as in RFC 3986; `encodeURIComponent` leaves `!'()*`
 * unchanged.
 */
export function encodeDocument(document: string): string {
  return encodeURIComponent(document).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
