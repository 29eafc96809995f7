import { ApiError } from './errors.js';

/** Default quotas. Source: IAM User Guide, "IAM and AWS STS quotas". */
export const quotas = {
  usersPerAccount: 5000,
  groupsPerAccount: 300,
  rolesPerAccount: 1000,
  instanceProfilesPerAccount: 1000,
  trustPolicyCharacters: 2048,
  oidcProvidersPerAccount: 100,
  samlProvidersPerAccount: 100,
  serverCertificatesPerAccount: 20,
  signingCertificatesPerUser: 2,
  sshPublicKeysPerUser: 5,
  serviceCredentialsPerUser: 2,
  mfaDevicesPerUser: 8,
  policiesPerAccount: 1500,
  groupsPerUser: 10,
  accessKeysPerUser: 2,
  attachedPoliciesPerIdentity: 10,
  versionsPerPolicy: 5,
  policyVersionsPerAccount: 10_000,
  managedPolicyCharacters: 6144,
  userInlineCharacters: 2048,
  groupInlineCharacters: 5120,
  roleInlineCharacters: 10_240,
} as const;

/**
 * @param what as AWS names it, e.g. `UsersPerAccount`
 * @throws ApiError LimitExceeded when one more would pass the limit
 */
export function requireBelowQuota(what: string, current: number, limit: number): void {
  if (current >= limit) throw new ApiError('LimitExceeded', `Cannot exceed quota for ${what}: ${limit}`);
}
