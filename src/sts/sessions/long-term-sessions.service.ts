import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { Caller } from '../../access/actions/caller.js';
import type { OperationContext } from '../../operations/declaration.js';
import { packedPolicySize, SessionTokens } from '../../access/session-tokens/session-tokens.service.js';
import { stsArn } from '../../kernel/arn.js';
import { requireManagedPolicies } from './managed-session-policies.js';
import { seconds, sessionPolicies, sessionTags } from './session-requests.js';
import type { getFederationTokenInput, getSessionTokenInput } from './sts.schema.js';

/** Seconds. Source: STS API reference, GetSessionToken: credentials of the root user are valid for at most one hour. */
const DEFAULT_DURATION = 43_200;
const LONGEST_OF_ROOT = 3600;

/** Temporary credentials that users and root users request for themselves. */
@Injectable()
export class LongTermSessionsService {
  constructor(private readonly tokens: SessionTokens) {}

  /** The session keeps MFA that the caller has passed, in this request or at sign-in. */
  ofCaller({ caller, request }: OperationContext, input: z.output<typeof getSessionTokenInput>) {
    const { mfaAuthenticatedAt: mfa, provedAt, revocations } = caller.session;
    const issued = seconds(request.receivedAt);
    const credentials = this.tokens.issue({
      kind: 'session',
      account: caller.accountId,
      principal: caller.principalId,
      issued,
      expires: expiryOf(caller, issued, input.durationSeconds),
      revocations: revocations!,
      ...(mfa ? { mfa: seconds(mfa) } : {}),
      ...(provedAt ? { proved: seconds(provedAt) } : {}),
    });
    return Promise.resolve({ credentials });
  }

  /** @throws ApiError ValidationError, MalformedPolicyDocument, PackedPolicyTooLarge */
  async ofFederatedUser(context: OperationContext, input: z.output<typeof getFederationTokenInput>) {
    const { caller, partition, request } = context;
    const { accountId, principalId, session } = caller;
    const policies = sessionPolicies(input, partition);
    await requireManagedPolicies(context, policies.policyArns);
    const tags = sessionTags(input.tags);
    const packed = packedPolicySize({ ...policies, ...tags });
    const issued = seconds(request.receivedAt);
    const credentials = this.tokens.issue({
      kind: 'federated',
      account: accountId,
      principal: principalId,
      name: input.name,
      issued,
      expires: expiryOf(caller, issued, input.durationSeconds),
      revocations: session.revocations!,
      ...policies,
      ...tags,
    });
    const arn = stsArn(partition, accountId, `federated-user/${input.name}`);
    return {
      credentials,
      federatedUser: { federatedUserId: `${accountId}:${input.name}`, arn },
      ...(packed === undefined ? {} : { packedPolicySize: packed }),
    };
  }
}

/**
 * The credentials end with the sign-in session at the latest.
 *
 * @returns seconds since 1970
 */
function expiryOf({ principal, session }: Caller, issued: number, asked = DEFAULT_DURATION): number {
  const expires = issued + (principal.type === 'root' ? Math.min(asked, LONGEST_OF_ROOT) : asked);
  return session.sessionEndsAt ? Math.min(expires, seconds(session.sessionEndsAt)) : expires;
}
