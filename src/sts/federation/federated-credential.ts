import type { Claim, Presented, Presenter, Verdict } from '../../access/authentication/credential-strategy.js';
import { ApiError, type ErrorCode } from '../../kernel/errors/errors.js';
import { attemptFrom } from '../../kernel/throttling/throttle-rules.js';
import { accountOfRole } from '../sessions/role.target.js';

/** What a token or an assertion of an identity provider says, or why it says nothing. */
type Evidence<Identity> = { readonly identity: Identity } | { readonly error: ApiError };

export interface FederatedClaim<Identity> extends Claim {
  /** Of the role. */
  readonly accountId: string;
  /** Set by `examine`. */
  readonly evidence?: Evidence<Identity>;
}

/** What a caller without a token of the provider gets. */
const FAILURES: ReadonlySet<ErrorCode> = new Set([
  'InvalidIdentityToken',
  'ExpiredTokenException',
  'IDPCommunicationError',
  'ServiceUnavailable',
]);

/**
 * Anybody may send a token to be verified, which takes time: after many failures in a row an address has to wait, for the
 * account that it sends them to.
 *
 * @throws ApiError ValidationError when it names no role
 */
export function claimOf<Identity>({ input, request }: Presented<{ roleArn: string }>): FederatedClaim<Identity> {
  const accountId = accountOfRole(input);
  return { accountId, attempt: attemptFrom(request.sourceIp, 'federation', accountId) };
}

export async function withEvidence<Identity>(
  claim: FederatedClaim<Identity>,
  verify: () => Promise<Identity>,
): Promise<FederatedClaim<Identity>> {
  try {
    return { ...claim, evidence: { identity: await verify() } };
  } catch (error) {
    if (error instanceof ApiError) return { ...claim, evidence: { error } };
    throw error;
  }
}

/** @throws ApiError when the provider vouches, but for something else: that is no guess */
export function verdictOf<Identity>(
  { accountId, evidence }: FederatedClaim<Identity>,
  presenterOf: (identity: Identity) => Presenter,
): Verdict<Identity> {
  if (!evidence) throw new Error('The identity has not been verified');
  if ('identity' in evidence) {
    return { accountId, proof: evidence.identity, presenter: presenterOf(evidence.identity) };
  }
  if (!FAILURES.has(evidence.error.code)) throw evidence.error;
  return { refusal: evidence.error };
}

/** Whom a provider vouches for, who asks for a session of a role. */
export function federatedPresenter(
  {
    roleArn,
    providerArn,
    subject,
  }: { readonly roleArn: string; readonly providerArn: string; readonly subject: string },
  recorded: unknown,
): Presenter {
  const roleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  return {
    callerArn: providerArn,
    callerId: subject,
    resourceArn: roleArn,
    input: recorded,
    grounds: `Allowed by the trust policy of ${roleName}`,
  };
}
