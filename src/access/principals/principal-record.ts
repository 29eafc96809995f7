import type { Tags } from '../../kernel/tags.js';
import type { PrincipalPolicies } from '../actions/caller.js';

/** The account's own facts that bear on every request of it. */
export interface AccountFacts {
  readonly accountId: string;
  readonly isManagement: boolean;
  readonly status: 'active' | 'suspended' | 'closed' | 'purged' | 'pending';
}

/** A principal as it stands in the database, with its policies compiled. */
export interface PrincipalRecord {
  readonly account: AccountFacts;
  readonly type: 'root' | 'user' | 'role';
  readonly arn: string;
  /** Unique id of the user or role, the account id for the root user. */
  readonly principalId: string;
  /** Name of the user or role; absent for the root user. */
  readonly name?: string;
  readonly tags: Tags;
  readonly policies: PrincipalPolicies;
  /** How often its sessions were revoked; see `isRevoked`. */
  readonly revocations: number;
}

/**
 * Whether a credential was issued before the sessions of its principal were revoked for the last time. A count instead of a
 * time: two clocks never agree to the millisecond, and what a replica issues that has not heard of the revocation yet carries
 * the old count, whenever it was issued.
 */
export function isRevoked(credential: { readonly revocations: number }, principal: PrincipalRecord): boolean {
  return credential.revocations < principal.revocations;
}
