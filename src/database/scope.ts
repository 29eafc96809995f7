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

/** Until the end of the transaction (`true`), so that a pooled connection carries no scope into the next one. */
export function scopeStatement({ accountId, scope }: Scope): string {
  const [id, name] = [pg.escapeLiteral(accountId), pg.escapeLiteral(scope)];
  return `SELECT set_config('gatehouse.account_id', ${id}, true), set_config('gatehouse.scope', ${name}, true)`;
}
