import type { Identity, IdentityType } from '../../generated/prisma/client.js';

/** What the columns of a user, group or role hold beyond what the table of identities says. */
interface Kinds {
  readonly user: { readonly type: 'user' };
  readonly group: { readonly type: 'group' };
  readonly role: { readonly type: 'role'; readonly trustPolicy: string; readonly maxSessionDurationSeconds: number };
}

/** A row of one kind, or of one of several. */
export type RowOf<Type extends IdentityType> = Identity & Kinds[Type];

/** As lists have it: tags can be the greater part of a row. */
export type ListedRow<Type extends IdentityType> = Omit<Identity, 'tags'> & Kinds[Type];

export type UserRow = RowOf<'user'>;
export type GroupRow = RowOf<'group'>;
export type RoleRow = RowOf<'role'>;

/** The columns that tell the kinds apart. */
type KindColumns = Pick<Identity, 'identityId' | 'type' | 'trustPolicy' | 'maxSessionDurationSeconds'>;

/**
 * @param row of the table, or a part of one
 * @throws Error when it is of another kind, or lacks what its kind must have
 */
export function rowOf<Type extends IdentityType, Row extends KindColumns>(type: Type, row: Row): Row & Kinds[Type] {
  if (!isOf(type, row)) throw new Error(`${row.identityId} is not a complete ${type}`);
  return row;
}

function isOf<Type extends IdentityType, Row extends KindColumns>(type: Type, row: Row): row is Row & Kinds[Type] {
  if (row.type !== type) return false;
  return type !== 'role' || (row.trustPolicy !== null && row.maxSessionDurationSeconds !== null);
}
