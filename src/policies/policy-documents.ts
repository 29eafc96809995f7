import { ApiError } from '../common/errors.js';
import { parsePolicy, type PolicyKind, policySize, PolicySyntaxError } from '../policy-engine/index.js';

/**
 * A policy is checked when it is written, so that whatever is stored can be decided by.
 *
 * @param limit characters, not counting white space (IAM User Guide, "IAM and AWS STS quotas")
 * @throws ApiError MalformedPolicyDocument in AWS's words, LimitExceeded
 */
export function checkPolicyDocument(text: string, kind: PolicyKind, limit: { what: string; characters: number }): void {
  if (policySize(text) > limit.characters) {
    throw new ApiError('LimitExceeded', `Cannot exceed quota for ${limit.what}: ${limit.characters}`);
  }
  try {
    parsePolicy(text, kind);
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
