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
  /** For all services together: operations that list every action read all of their names at once. */
  actionsOfServices: 10_000,
  workloadsPerAccount: 10_000,
  resourcePoliciesPerAccount: 1000,
  attachedPoliciesPerIdentity: 10,
  versionsPerPolicy: 5,
  policyVersionsPerAccount: 10_000,
  openDelegationRequestsPerAccount: 100,
  /** Concurrent sessions; the oldest one ends. */
  sessionsPerPrincipal: 500,
  /** Concurrent streams of one server process. */
  exportsPerAccount: 3,
  /** Reports of GenerateServiceLastAccessedDetails, kept for a week; the oldest is deleted. */
  serviceAccessReportsPerAccount: 1000,
  managedPolicyCharacters: 6144,
  userInlineCharacters: 2048,
  groupInlineCharacters: 5120,
  roleInlineCharacters: 10_240,
  /** A common limit of AWS's services. */
  resourcePolicyCharacters: 20_480,
};

type QuotaName = keyof typeof defaults;

/** The quotas of this installation. */
export const quotas: Readonly<Record<QuotaName, number>> = { ...defaults };

/** The operator's spelling: `UsersPerAccount`. */
export const quotaNames: readonly string[] = Object.keys(defaults).map(capitalised);

/**
 * Sets quotas of the operator, once, at startup.
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
 * @param what AWS's name, such as `UsersPerAccount`
 * @throws ApiError LimitExceeded if one more would exceed the limit
 */
export function requireBelowQuota(what: string, current: number, limit: number): void {
  if (current >= limit) throw new ApiError('LimitExceeded', `Cannot exceed quota for ${what}: ${limit}`);
}
