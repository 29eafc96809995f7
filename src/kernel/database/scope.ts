import pg from 'pg';

/** The account whose rows a transaction can read and write; row-level security enforces it. */
export interface Scope {
  /** Twelve digits; empty for the platform scope. */
  readonly accountId: string;
  readonly scope: 'account' | 'platform';
}

/** All rows of `accounts`, signing keys; no other rows of tenants. */
export const platformScope: Scope = { accountId: '', scope: 'platform' };

/** @throws TypeError if it is not an account ID */
export function accountScope(accountId: string): Scope {
  if (!/^[0-9]{12}$/.test(accountId)) throw new TypeError('An account id has twelve digits');
  return { accountId, scope: 'account' };
}

/** The beginning of the statements of `enterRoleAndScope`, and of no others. */
export const ROLE_ENTRY = 'SET LOCAL ROLE ';

/**
 * SQL that starts a transaction: the role and the scope are set until its end, on any connection. A connection pooler
 * may use another connection for the next transaction, so nothing may depend on an earlier one.
 *
 * One statement per setting, because Citus passes only `SET LOCAL` on to the nodes that hold the rows.
 *
 * @param role of `ConnectionTarget`
 */
export function enterRoleAndScope(role: string | undefined, scope: Scope): string {
  return `${ROLE_ENTRY}${role === undefined ? 'NONE' : pg.escapeIdentifier(role)}; ${enterScope(scope)}`;
}

/** SQL for a part of a transaction that has already set its role. */
export function enterScope({ accountId, scope }: Scope): string {
  return `SET LOCAL gatehouse.account_id = ${pg.escapeLiteral(accountId)}; SET LOCAL gatehouse.scope = ${pg.escapeLiteral(scope)}`;
}
