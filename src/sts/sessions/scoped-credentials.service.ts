import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { LONGEST_TOKEN, SessionTokens } from '../../access/session-tokens/session-tokens.service.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { seconds, sessionPolicies } from './session-requests.js';
import type { getScopedCredentialsInput, getScopedCredentialsOutput } from './sts.schema.js';

/** Source: STS API reference, GetScopedCredentials, `ScopedPoliciesCount`. */
const MAXIMUM_SCOPES = 3;

/** Temporary credentials of the same session with fewer permissions or a shorter duration. */
@Injectable()
export class ScopedCredentials {
  constructor(private readonly tokens: SessionTokens) {}

  /**
   * @throws ApiError ValidationError, InvalidSubjectCredentialsException, InsufficientSessionLifetimeException,
   *   MalformedPolicyDocument, PackedPolicyTooLarge, AccessDenied if the session was already limited three times
   */
  issue(
    { caller, partition, request }: OperationContext,
    input: z.output<typeof getScopedCredentialsInput>,
  ): z.input<typeof getScopedCredentialsOutput> {
    const { policy, durationSeconds, minimumSessionTokenSize } = input;
    if (policy === undefined && durationSeconds === undefined) {
      throw new ApiError('ValidationError', 'At least one of Policy and DurationSeconds must be given.');
    }
    const { accessKeyId, sourceIdentity } = caller.session;
    const claims = accessKeyId === undefined ? undefined : this.tokens.known(accessKeyId);
    if (caller.session.credential !== 'temporaryCredentials' || !claims) {
      const message = 'Call this operation with temporary credentials. A user gets them from GetSessionToken.';
      throw new ApiError('InvalidSubjectCredentialsException', message);
    }
    sessionPolicies({ policy }, partition);
    const scopes = [...(claims.scopes ?? []), ...(policy === undefined ? [] : [policy])];
    if (scopes.length > MAXIMUM_SCOPES) {
      throw new ApiError('AccessDenied', `A session can be limited by at most ${MAXIMUM_SCOPES} policies.`);
    }
    // The time of issue is that of the session: a policy that revokes it by aws:TokenIssueTime revokes these
    // credentials too.
    const credentials = this.tokens.issue(
      { ...claims, expires: expiryOf(claims.expires, durationSeconds, seconds(request.receivedAt)), scopes },
      minimumSessionTokenSize,
    );
    const { length: sessionTokenSize } = credentials.sessionToken;
    return {
      credentials,
      sessionInfo: { scopedSessionId: caller.principalId, arn: caller.arn },
      sessionTokenUtilization: Math.ceil((sessionTokenSize / LONGEST_TOKEN) * 100),
      sessionTokenSize,
      scopedPoliciesCount: scopes.length,
      ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    };
  }
}

/** @throws ApiError InsufficientSessionLifetimeException */
function expiryOf(sessionExpires: number, durationSeconds: number | undefined, now: number): number {
  if (durationSeconds === undefined) return sessionExpires;
  if (now + durationSeconds > sessionExpires) {
    const message = 'The requested DurationSeconds is greater than the remaining lifetime of the calling session.';
    throw new ApiError('InsufficientSessionLifetimeException', message);
  }
  return now + durationSeconds;
}
