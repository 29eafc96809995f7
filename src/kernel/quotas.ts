import { ApiError } from './errors/errors.js';

/** Source: IAM User Guide, "IAM and AWS STS quotas". */
const defaults = {
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
  /** Assigned or not: equal to the quota of users. */
  virtualMfaDevicesPerAccount: 5000,
  policiesPerAccount: 1500,
  groupsPerUser: 10,
  accessKeysPerUser: 2,
  accessKeysPerService: 2,
  /** Registered with the platform. */
  services: 500,
  /** Of all services together: what lists every action reads all of their names at once. */
  actionsOfServices: 10_000,
  workloadsPerAccount: 10_000,
  resourcePoliciesPerAccount: 1000,
  attachedPoliciesPerIdentity: 10,
  versionsPerPolicy: 5,
  policyVersionsPerAccount: 10_000,
  openDelegationRequestsPerAccount: 100,
  /** Signed in at the same time; the oldest session ends. */
  sessionsPerPrincipal: 500,
  /** Sent at the same time by one server process. */
  exportsPerAccount: 3,
  /** Of GenerateServiceLastAccessedDetails, kept for a week; the oldest is deleted. */
  serviceAccessReportsPerAccount: 1000,
  managedPolicyCharacters: 6144,
  userInlineCharacters: 2048,
  groupInlineCharacters: 5120,
  roleInlineCharacters: 10_240,
  /** As AWS's services commonly allow. */
  resourcePolicyCharacters: 20_480,
};

type QuotaName = keyof typeof defaults;

/** The quotas in force on this installation. */
export const quotas: Readonly<Record<QuotaName, number>> = { ...defaults };

/** As the operator writes them: `UsersPerAccount`. */
export const quotaNames: readonly string[] = Object.keys(defaults).map(capitalised);

/**
 * Sets quotas that the operator chose, once, at boot.
 *
 * @param chosen by the names of `quotaNames`
 */
export function configureQuotas(chosen: ReadonlyMap<string, number>): void {
  for (const name of Object.keys(defaults) as QuotaName[]) {
    (quotas as Record<QuotaName, number>)[name] = chosen.get(capitalised(name)) ?? defaults[name];
  }
}

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/**
 * @param what as AWS names it, e.g. `UsersPerAccount`
 * @throws ApiError LimitExceeded when one more would pass the limit
 */
export function requireBelowQuota(what: string, current: number, limit: number): void {
  if (current >= limit) throw new ApiError('LimitExceeded', `Cannot exceed quota for ${what}: ${limit}`);
}
