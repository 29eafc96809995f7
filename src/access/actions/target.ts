import type { ErrorCode } from '../../kernel/errors/errors.js';
import type { Tags } from '../../kernel/tags.js';
import type { CompiledPolicy } from 'gatehouse-policy-engine';
import type { Caller } from './caller.js';

/** The trust policy of a role, and the ARN by which it names the caller. */
export interface RoleTrust {
  /** Absent when there is no such role: it then trusts nobody. */
  readonly policy?: CompiledPolicy | undefined;
  /** The ARN by which the trust policy means the caller; the unique id where it means somebody else of that name. */
  readonly knownAs: string;
}

/**
 * The resource that an operation acts on: its row, or the message that a caller who is allowed gets when it is missing,
 * with the code NoSuchEntity or `code`.
 */
export type Target<Row> = {
  readonly arn: string;
  readonly tags?: Tags;
  /** The account that owns it, when that is not the account acted in. */
  readonly ownerId?: string;
  /** Its own policy, where it has one. */
  readonly policy?: CompiledPolicy;
  /** It is a role to be assumed: its trust policy decides too. */
  readonly trust?: RoleTrust;
  /** Of a user, group or role: its unique id; of a root user: the account id. */
  readonly identityId?: string;
} & ({ readonly row: Row } | { readonly missing: string; readonly code?: ErrorCode });

/** Whether the target is the caller's own user or root user, by its unique id: names and ARNs can change. */
export function isOwnIdentity({ principalId }: Caller, { identityId }: Pick<Target<unknown>, 'identityId'>): boolean {
  return identityId === principalId;
}
