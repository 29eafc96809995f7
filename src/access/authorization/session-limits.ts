import type { Caller } from '../actions/caller.js';
import { isOfServices } from './service-permissions.js';

/** The facts that the limits depend on. */
export interface LimitedCall {
  /** The permission that the operation requires. */
  readonly permission: string;
  /** As declared by the operation. */
  readonly changesCredentials: boolean;
  /** The target is the caller's own user or root user. */
  readonly isOwn: boolean;
}

/**
 * What temporary credentials and services cannot do, whatever policies say.
 *
 * Source: IAM User Guide, "Compare AWS STS credentials", "Perform a privileged task on a member account"; STS API
 * reference, GetSessionToken and GetFederationToken. Changes of credentials under `gatehouse:` have the limits of
 * `iam:` operations (docs/decisions/0038-credential-operations.md).
 *
 * @returns the reason for a refusal, in the words after the resource of an access denied message
 */
export function sessionLimit(
  { principal, session }: Caller,
  { permission, changesCredentials, isOwn }: LimitedCall,
): string | undefined {
  if (principal.type === 'service') {
    return isOfServices(permission) ? undefined : 'because services of the platform cannot call it';
  }
  if (session.credential !== 'temporaryCredentials') return undefined;
  const isIam = permission.startsWith('iam:') || changesCredentials;
  const isSts = permission.startsWith('sts:');
  // The credentials that they would be exchanged for would not have the same limits.
  if (session.taskPolicyArn !== undefined || session.delegationRequestId !== undefined) {
    // A root task may delete the root user's credentials; a delegate cannot change the approver's own credentials.
    const isClosed = !permission.startsWith('iam:') || (isOwn && session.delegationRequestId !== undefined);
    if (changesCredentials && isClosed) {
      return 'because it cannot be called with the credentials of a root task or a delegation';
    }
    if (!isSts || isOfEverySession(permission)) return undefined;
    return 'because it cannot be called with the credentials of a root task or a delegation';
  }
  switch (principal.type) {
    case 'assumedRole':
      if (!['sts:GetSessionToken', 'sts:GetFederationToken'].includes(permission)) return undefined;
      return 'because it cannot be called with the credentials of a role session';
    case 'federatedUser':
      if (!isIam && (!isSts || isOfEverySession(permission))) return undefined;
      return 'because it cannot be called with the credentials of a federated user';
    case 'user':
    case 'root':
      if (isIam && session.mfaAuthenticatedAt === undefined) {
        return 'because IAM cannot be called with session credentials that were obtained without MFA';
      }
      if (changesCredentials && isOwn && principal.type === 'root') {
        return 'because the root user cannot change its own credentials with temporary credentials';
      }
      if (isSts && permission !== 'sts:AssumeRole' && !isOfEverySession(permission)) {
        return 'because it cannot be called with session credentials';
      }
      return undefined;
  }
}

function isOfEverySession(permission: string): boolean {
  return permission === 'sts:GetCallerIdentity' || permission === 'sts:GetScopedCredentials';
}
