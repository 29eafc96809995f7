import pg from 'pg';
import { enterRoleAndScope, platformScope } from './scope.js';

/** The configured database user cannot be used safely. The message gives a solution. */
export class DatabaseRoleError extends Error {
  override readonly name = 'DatabaseRoleError';
}

interface Login {
  readonly name: string;
  readonly isSuperuser: boolean;
  readonly mayCreateRoles: boolean;
  readonly databaseOid: number;
}

/**
 * Creates the server's role: it owns nothing, cannot log in, is not a superuser, cannot bypass row-level security, and
 * has privileges only on tables with forced row-level security (not on the migrations' bookkeeping, nor on a table
 * whose migration forgot its policy). Idempotent, and repeated at every start: a restored dump contains no roles.
 *
 * The name of the role contains the database's OID, because all databases of a PostgreSQL server share roles: two
 * Gatehouse installations on one server must not be able to use each other's role.
 *
 * @param client logged in as the owner of the tables, holding the migration lock
 * @returns its name; undefined if the login can neither create nor set it: the server then works as the login, to which
 *   forced row-level security applies as long as `assertRowSecurityApplies` passes
 */
export async function prepareServerRole(client: pg.Client): Promise<string | undefined> {
  const login = await readLogin(client);
  const role = serverRoleOf(login);
  const name = pg.escapeIdentifier(role);
  const exists = await roleExists(client, role);
  const mayManageRoles = login.isSuperuser || login.mayCreateRoles;
  if (!exists) {
    if (!mayManageRoles) return undefined;
    await client.query(`CREATE ROLE ${name} NOLOGIN NOINHERIT`);
  }
  if (mayManageRoles && !login.isSuperuser) {
    // Since PostgreSQL 16, the creator of a role is its administrator, but must grant the role to itself before it can
    // set it.
    await client.query(`GRANT ${name} TO CURRENT_USER`);
  }
  if (!(await canBecome(client, name))) return undefined;
  await grantTables(client, name);
  return role;
}

/**
 * @param client as the login role
 * @param role that transactions set
 * @throws DatabaseRoleError if row-level security would not apply in them
 */
export async function assertRowSecurityApplies(client: pg.Client, role: string | undefined): Promise<void> {
  await client.query(`BEGIN READ ONLY; ${enterRoleAndScope(role, platformScope)}`);
  const { rows } = await client.query<{ rolname: string; exempt: boolean }>(
    'SELECT rolname, rolsuper OR rolbypassrls AS exempt FROM pg_roles WHERE rolname = current_user',
  );
  await client.query('ROLLBACK');
  const [current] = rows;
  if (current?.exempt === false) return;
  throw new DatabaseRoleError(
    'The database user ' +
      `"${current?.rolname}" bypasses row-level security, which isolates tenants. Revoke SUPERUSER and ` +
      'BYPASSRLS from it, or grant it CREATEROLE so that Gatehouse can create its own role.',
  );
}

/**
 * The role that a server has created in this database, for commands.
 *
 * @param client as the owner of the tables
 * @returns undefined if the owner cannot set it: row-level security must then apply to the owner itself
 * @throws DatabaseRoleError if it does not
 */
export async function findServerRole(client: pg.Client): Promise<string | undefined> {
  const role = serverRoleOf(await readLogin(client));
  const exists = await roleExists(client, role);
  const found = exists && (await canBecome(client, pg.escapeIdentifier(role))) ? role : undefined;
  await assertRowSecurityApplies(client, found);
  return found;
}

function serverRoleOf({ databaseOid }: Login): string {
  return `gatehouse_server_${databaseOid}`;
}

async function roleExists(client: pg.Client, role: string): Promise<boolean> {
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
  return rowCount === 1;
}

async function readLogin(client: pg.Client): Promise<Login> {
  const { rows } = await client.query<Login>(
    `SELECT rolname AS name, rolsuper AS "isSuperuser", rolcreaterole AS "mayCreateRoles", pg_database.oid::int8::int AS "databaseOid"
     FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()`,
  );
  return rows[0]!;
}

async function canBecome(client: pg.Client, name: string): Promise<boolean> {
  try {
    await client.query(`BEGIN; SET LOCAL ROLE ${name}`);
    return true;
  } catch (error) {
    const insufficientPrivilege = '42501';
    if (error instanceof pg.DatabaseError && error.code === insufficientPrivilege) return false;
    throw error;
  } finally {
    await client.query('ROLLBACK');
  }
}

/** The server's privileges on tables where they are restricted: it cannot rewrite history. */
const restrictedTables: Readonly<Record<string, string>> = {
  accounts: 'SELECT, INSERT',
  audit_events: 'SELECT, INSERT',
  audit_chains: 'SELECT, INSERT, UPDATE',
  // The seal is renewed under another master key; nothing else of a checkpoint may be changed.
  audit_checkpoints: 'SELECT, UPDATE (seal)',
};

/** Columns of `accounts` that never change. All others may. */
const fixedAccountColumns: readonly string[] = ['account_id', 'is_management', 'created_at'];

/** Partitions are accessible only through their table. */
async function grantTables(client: pg.Client, name: string): Promise<void> {
  await client.query(`GRANT USAGE ON SCHEMA public TO ${name}`);
  const { rows } = await client.query<{ table: string }>(
    `SELECT oid::regclass::text AS table FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
       AND NOT relispartition AND relrowsecurity AND relforcerowsecurity`,
  );
  for (const { table } of rows) {
    // An earlier version may have granted more. Several statements sent together are one transaction.
    await client.query(
      `REVOKE ALL ON ${table} FROM ${name}; GRANT ${await privilegesOf(client, table)} ON ${table} TO ${name}`,
    );
  }
}

async function privilegesOf(client: pg.Client, table: string): Promise<string> {
  const privileges = restrictedTables[table] ?? 'SELECT, INSERT, UPDATE, DELETE';
  if (table !== 'accounts') return privileges;
  const { rows } = await client.query<{ names: string }>(
    `SELECT string_agg(quote_ident(attname), ', ') AS names FROM pg_attribute
     WHERE attrelid = 'public.accounts'::regclass AND attnum > 0 AND NOT attisdropped AND NOT attname = ANY ($1)`,
    [fixedAccountColumns],
  );
  return `${privileges}, UPDATE (${rows[0]!.names})`;
}
