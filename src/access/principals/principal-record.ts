import type { Tags } from '../../kernel/tags.js';
import type { PrincipalPolicies } from '../actions/caller.js';

/** Facts of the account that affect every request. */
export interface AccountFacts {
  readonly accountId: string;
  readonly isManagement: boolean;
  readonly status: 'active' | 'suspended' | 'closed' | 'purged' | 'pending';
}

/** A principal with its compiled policies. */
export interface PrincipalRecord {
  readonly account: AccountFacts;
  readonly type: 'root' | 'user' | 'role';
  readonly arn: string;
  /** The unique ID of the user or role, or the account ID for the root user. */
  readonly principalId: string;
  /** The name of the user or role; absent for the root user. */
  readonly name?: string;
  readonly tags: Tags;
  readonly policies: PrincipalPolicies;
  /** How often its sessions were revoked; see `isRevoked`. */
  readonly revocations: number;
}

/**
 * Whether a credential was issued before the sessions of its principal were last revoked. A count is used instead of a
 * time because clocks differ, and because a replica that has not yet been notified of the revocation issues credentials
 * with the old count.
 */
export function isRevoked(credential: { readonly revocations: number }, principal: PrincipalRecord): boolean {
  return credential.revocations < principal.revocations;
}
