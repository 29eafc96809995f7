import type { Caller } from './caller.js';
import { isOfServices } from './service-permissions.js';

/**
 * What temporary credentials and services cannot do, whatever policies say.
 *
 * Source: IAM User Guide, "Compare AWS STS credentials", "Perform a privileged task on a member account"; STS API
 * reference, GetSessionToken and GetFederationToken.
 *
 * @param permission that the operation needs
 * @returns why not, in the words that follow the resource of an access denied message
 */
export function sessionLimit({ principal, session }: Caller, permission: string): string | undefined {
  if (principal.type === 'service') {
    return isOfServices(permission) ? undefined : 'because services of the platform cannot call it';
  }
  if (session.credential !== 'temporaryCredentials') return undefined;
  const isIam = permission.startsWith('iam:');
  const isSts = permission.startsWith('sts:');
  switch (principal.type) {
    case 'assumedRole':
      if (!['sts:GetSessionToken', 'sts:GetFederationToken'].includes(permission)) return undefined;
      return 'because it cannot be called with the credentials of a role session';
    case 'federatedUser':
      if (!isIam && (!isSts || isOfEverySession(permission))) return undefined;
      return 'because it cannot be called with the credentials of a federated user';
    case 'user':
    case 'root':
      if (session.taskPolicyArn !== undefined || session.delegationRequestId !== undefined) {
        if (!isSts || isOfEverySession(permission)) return undefined;
        return 'because it cannot be called with the credentials of a root task or a delegation';
      }
      if (isIam && session.mfaAuthenticatedAt === undefined) {
        return 'because IAM cannot be called with session credentials that were obtained without MFA';
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
