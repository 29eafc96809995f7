import type { Tags } from '../../common/tags.js';
import type { PrincipalPolicies } from '../caller.js';

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
}
