import type { Check } from '../check.js';
import { accessKeyOld } from './access-key-old.js';
import { accessKeyUnused } from './access-key-unused.js';
import { credentialsOfEveryUser } from './credentials-of-every-user.js';
import { crossAccountTrust } from './cross-account-trust.js';
import { fullAccessGrant } from './full-access-grant.js';
import { groupUnused } from './group-unused.js';
import { mfaNotRequired } from './mfa-not-required.js';
import { passRoleOnEverything } from './pass-role-on-everything.js';
import { passwordOld } from './password-old.js';
import { passwordUnused } from './password-unused.js';
import { roleTrustsEveryone } from './role-trusts-everyone.js';
import { roleTrustsSharedIssuer } from './role-trusts-shared-issuer.js';
import { roleUnused } from './role-unused.js';
import { rootAccessKey } from './root-access-key.js';
import { rootUsedLately } from './root-used-lately.js';
import { rootWithoutMfa } from './root-without-mfa.js';
import { serviceTrustWithoutSource } from './service-trust-without-source.js';
import { sharedUser } from './shared-user.js';
import { userPolicies } from './user-policies.js';
import { userWithoutMfa } from './user-without-mfa.js';
import { weakPasswordPolicy } from './weak-password-policy.js';

/** Every check; a new one is a file and a row here. */
export const checks: readonly Check[] = [
  rootAccessKey,
  rootWithoutMfa,
  roleTrustsEveryone,
  roleTrustsSharedIssuer,
  userWithoutMfa,
  fullAccessGrant,
  passRoleOnEverything,
  credentialsOfEveryUser,
  crossAccountTrust,
  rootUsedLately,
  mfaNotRequired,
  serviceTrustWithoutSource,
  accessKeyUnused,
  accessKeyOld,
  passwordUnused,
  weakPasswordPolicy,
  passwordOld,
  sharedUser,
  userPolicies,
  roleUnused,
  groupUnused,
];
