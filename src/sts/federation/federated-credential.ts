import type { Claim, Presented, Presenter, Verdict } from '../../access/authentication/credential-strategy.js';
import { ApiError, type ErrorCode } from '../../kernel/errors/errors.js';
import { attemptFrom } from '../../kernel/throttling/throttle-rules.js';
import { accountOfRole } from '../sessions/role.target.js';

/** The statements of a token or assertion of an identity provider, or the reason why there are none. */
type Evidence<Identity> = { readonly identity: Identity } | { readonly error: ApiError };

export interface FederatedClaim<Identity> extends Claim {
  /** Of the role. */
  readonly accountId: string;
  /** Set by `examine`. */
  readonly evidence?: Evidence<Identity>;
}

/** The error for a caller without a token of the provider. */
const FAILURES: ReadonlySet<ErrorCode> = new Set([
  'InvalidIdentityToken',
  'ExpiredTokenException',
  'IDPCommunicationError',
  'ServiceUnavailable',
]);

/**
 * Anyone may send a token, whose verification takes time: after many failures in a row, an address has to wait before it can
 * send another to the same account.
 *
 * @throws ApiError ValidationError if it names no role
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

/** @throws ApiError if the token is genuine but not for this role, which does not count as a guess */
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

/** The federated principal that requests a session of a role. */
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
