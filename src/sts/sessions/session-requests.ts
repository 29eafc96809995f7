import type { Caller } from '../../access/actions/caller.js';
import type { SessionClaims } from '../../access/session-tokens/session-claims.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { type Tag, type Tags, toTags } from '../../kernel/tags.js';
import { checkPolicyDocument } from '../../iam/policies/policy-documents.js';

/** Source: IAM and AWS STS quotas: total characters of an inline session policy and the ARNs of managed ones. */
const POLICY_CHARACTERS = 2048;
const TAGS_PER_SESSION = 50;

/**
 * The session policies of a request in the form for the token.
 *
 * @throws ApiError MalformedPolicyDocument, ValidationError
 */
export function sessionPolicies(
  { policy, policyArns }: { policy?: string | undefined; policyArns?: readonly { arn: string }[] | undefined },
  partition: string,
): Pick<SessionClaims, 'policy' | 'policyArns'> {
  const characters = [policy ?? '', ...(policyArns ?? []).map(({ arn }) => arn)].join('').length;
  if (characters > POLICY_CHARACTERS) {
    const message = `The session policy and the ARNs of managed session policies together exceed ${POLICY_CHARACTERS} characters.`;
    throw new ApiError('ValidationError', message);
  }
  if (policy !== undefined) {
    const rules = { quota: 'SessionPolicy', characters: POLICY_CHARACTERS, partition, completeArnsOnly: true };
    checkPolicyDocument(policy, 'identity', rules);
  }
  return {
    ...(policy === undefined ? {} : { policy }),
    ...(policyArns?.length ? { policyArns: policyArns.map(({ arn }) => arn) } : {}),
  };
}

/**
 * Session tags, including the transitive tags of the caller's own session.
 *
 * Source: IAM User Guide, "Pass session tags in AWS STS": transitive tags are inherited and cannot be overridden.
 *
 * @throws ApiError ValidationError, InvalidParameterValue
 */
export function sessionTags(
  given: readonly Tag[] = [],
  transitiveKeys: readonly string[] = [],
  inherited: Tags = {},
): Pick<SessionClaims, 'tags' | 'transitive'> {
  const handedOn = new Set(Object.keys(inherited).map((key) => key.toLowerCase()));
  if (given.some(({ key }) => handedOn.has(key.toLowerCase()))) {
    const message =
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.";
    throw new ApiError('InvalidParameterValue', message);
  }
  const tags = { ...inherited, ...toTags(given) };
  if (Object.keys(tags).length > TAGS_PER_SESSION) {
    throw new ApiError('ValidationError', `A session can have at most ${TAGS_PER_SESSION} tags.`);
  }
  const known = new Set(Object.keys(tags).map((key) => key.toLowerCase()));
  if (!transitiveKeys.every((key) => known.has(key.toLowerCase()))) {
    const message = 'The specified transitive tag key must be included in the requested tags.';
    throw new ApiError('InvalidParameterValue', message);
  }
  const transitive = [...new Set([...Object.keys(inherited), ...transitiveKeys])];
  return {
    ...(Object.keys(tags).length > 0 ? { tags } : {}),
    ...(transitive.length > 0 ? { transitive } : {}),
  };
}

/**
 * The source identity. Once set, it stays the same for all following roles.
 *
 * Source: IAM User Guide, "Monitor and control actions taken with assumed roles".
 *
 * @throws ApiError AccessDenied
 */
export function sourceIdentityOf({ session, arn }: Caller, asked: string | undefined): string | undefined {
  if (session.sourceIdentity !== undefined && asked !== undefined && asked !== session.sourceIdentity) {
    throw new ApiError('AccessDenied', `User: ${arn} cannot change the source identity of its session`);
  }
  return session.sourceIdentity ?? asked;
}

/** Whole seconds since 1970, as in tokens. */
export function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
