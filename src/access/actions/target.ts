import type { ErrorCode } from '../../kernel/errors/errors.js';
import type { Tags } from '../../kernel/tags.js';
import type { CompiledPolicy } from 'gatehouse-policy-engine';
import type { Caller } from './caller.js';

/** The trust policy of a role, and the ARN under which it refers to the caller. */
export interface RoleTrust {
  /** Absent if there is no such role: it then trusts nobody. */
  readonly policy?: CompiledPolicy | undefined;
  /**
   * The ARN under which the trust policy refers to the caller; the unique ID if the policy means another principal with
   * that name.
   */
  readonly knownAs: string;
}

/**
 * The resource on which an operation acts: its row, or, if it is missing, the message that permitted callers receive
 * with the code NoSuchEntity or `code`.
 */
export type Target<Row> = {
  readonly arn: string;
  readonly tags?: Tags;
  /** The account that owns the target, if it is not the account in which the operation acts. */
  readonly ownerId?: string;
  /** The target's own policy, if it has one. */
  readonly policy?: CompiledPolicy;
  /** The target is a role to be assumed: its trust policy takes part in the decision. */
  readonly trust?: RoleTrust;
  /** For a user, group or role: its unique ID; for a root user: the account ID. */
  readonly identityId?: string;
} & ({ readonly row: Row } | { readonly missing: string; readonly code?: ErrorCode });

/**
 * Whether the target is the caller's own user or root user, compared by unique ID, because names and ARNs can change.
 */
export function isOwnIdentity({ principalId }: Caller, { identityId }: Pick<Target<unknown>, 'identityId'>): boolean {
  return identityId === principalId;
}
