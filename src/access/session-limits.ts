import type { Caller } from './caller.js';

/**
 * What temporary credentials cannot do, whatever policies say.
 *
 * Source: IAM User Guide, "Compare AWS STS credentials"; STS API reference, GetSessionToken and GetFederationToken.
 *
 * @returns why not, in the words that follow the resource of an access denied message
 */
export function sessionLimit({ principal, session }: Caller, operation: string): string | undefined {
  if (session.credential !== 'temporaryCredentials') return undefined;
  const isIam = operation.startsWith('iam:');
  const isSts = operation.startsWith('sts:');
  switch (principal.type) {
    case 'assumedRole':
      if (!['sts:GetSessionToken', 'sts:GetFederationToken'].includes(operation)) return undefined;
      return 'because it cannot be called with the credentials of a role session';
    case 'federatedUser':
      if (!isIam && (!isSts || operation === 'sts:GetCallerIdentity')) return undefined;
      return 'because it cannot be called with the credentials of a federated user';
    case 'user':
    case 'root':
      if (isIam && session.mfaAuthenticatedAt === undefined) {
        return 'because IAM cannot be called with session credentials that were obtained without MFA';
      }
      if (isSts && !['sts:AssumeRole', 'sts:GetCallerIdentity'].includes(operation)) {
        return 'because it cannot be called with session credentials';
      }
      return undefined;
  }
}
