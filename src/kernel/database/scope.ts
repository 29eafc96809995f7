import pg from 'pg';

/** Whose rows a transaction sees and writes; row-level security enforces it. */
export interface Scope {
  /** Twelve digits; empty in the platform's scope. */
  readonly accountId: string;
  readonly scope: 'account' | 'platform';
}

/** All rows of `accounts`, signing keys; no tenant's other rows. */
export const platformScope: Scope = { accountId: '', scope: 'platform' };

/** @throws TypeError when it is no account id */
export function accountScope(accountId: string): Scope {
  if (!/^[0-9]{12}$/.test(accountId)) throw new TypeError('An account id has twelve digits');
  return { accountId, scope: 'account' };
}

/** What the statements of `enterRoleAndScope` begin with, and no others do. */
export const ROLE_ENTRY = 'SET LOCAL ROLE ';

/**
 * SQL that a transaction begins with: the role and the scope hold until its end, on whichever connection it runs. A
 * connection pooler may give the next transaction another connection, so nothing may depend on an earlier one.
 *
 * One statement per setting, because Citus passes on only `SET LOCAL` to the nodes that hold the rows.
 *
 * @param role of `ConnectionTarget`
 */
export function enterRoleAndScope(role: string | undefined, scope: Scope): string {
  return `${ROLE_ENTRY}${role === undefined ? 'NONE' : pg.escapeIdentifier(role)}; ${enterScope(scope)}`;
}

/** SQL for a part of a transaction that has entered its role. */
export function enterScope({ accountId, scope }: Scope): string {
  return `SET LOCAL gatehouse.account_id = ${pg.escapeLiteral(accountId)}; SET LOCAL gatehouse.scope = ${pg.escapeLiteral(scope)}`;
}
