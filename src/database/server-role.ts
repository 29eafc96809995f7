import pg from 'pg';

/** The login given to Gatehouse cannot be used safely. The message says what to do. */
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
 * Makes the role that the server works as: it owns nothing, cannot log in, is no superuser, cannot bypass row-level
 * security, and may touch only tables under forced row-level security (so neither the migrations' bookkeeping nor a
 * table whose migration forgot its policy). Idempotent, and repaired at every start: a restored dump has no roles.
 *
 * The role is named for the database's oid, because roles are shared by all databases of a PostgreSQL server: two
 * Gatehouses on one server must not be able to become each other.
 *
 * @param client logged in as the owner of the tables, holding the migration lock
 * @returns its name; undefined when the login may neither create it nor become it: then the server works as the login,
 *   to which forced row-level security applies as long as `assertRowSecurityApplies` passes
 */
export async function prepareServerRole(client: pg.Client): Promise<string | undefined> {
  const login = await readLogin(client);
  const role = `gatehouse_server_${login.databaseOid}`;
  const name = pg.escapeIdentifier(role);
  const { rowCount: exists } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
  const mayManageRoles = login.isSuperuser || login.mayCreateRoles;
  if (!exists) {
    if (!mayManageRoles) return undefined;
    await client.query(`CREATE ROLE ${name} NOLOGIN NOINHERIT`);
  }
  if (mayManageRoles && !login.isSuperuser) {
    // Since PostgreSQL 16 the creator of a role is its administrator but cannot become it until it says so.
    await client.query(`GRANT ${name} TO CURRENT_USER`);
  }
  if (!(await canBecome(client, name))) return undefined;
  await grantTables(client, name);
  return role;
}

/**
 * @param client a connection as the server uses it, i.e. after SET ROLE
 * @throws DatabaseRoleError when row-level security would not hold for it
 */
export async function assertRowSecurityApplies(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ rolname: string; exempt: boolean }>(
    'SELECT rolname, rolsuper OR rolbypassrls AS exempt FROM pg_roles WHERE rolname = current_user',
  );
  const [current] = rows;
  if (current?.exempt === false) return;
  throw new DatabaseRoleError(
    `The database user "${current?.rolname}" is exempt from row-level security, which keeps tenants apart. ` +
      'Take SUPERUSER and BYPASSRLS from it, or give it CREATEROLE so that Gatehouse can make a role of its own.',
  );
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
    await client.query(`SET ROLE ${name}`);
    await client.query('RESET ROLE');
    return true;
  } catch (error) {
    const insufficientPrivilege = '42501';
    if (error instanceof pg.DatabaseError && error.code === insufficientPrivilege) return false;
    throw error;
  }
}

/** What the server may do with a table, where that is less than everything: it cannot rewrite history. */
const restrictedTables: Readonly<Record<string, string>> = {
  audit_events: 'SELECT, INSERT',
  audit_chains: 'SELECT, INSERT, UPDATE',
  audit_checkpoints: 'SELECT',
};

/** Partitions are reached through their table only. */
async function grantTables(client: pg.Client, name: string): Promise<void> {
  await client.query(`GRANT USAGE ON SCHEMA public TO ${name}`);
  const { rows } = await client.query<{ table: string }>(
    `SELECT oid::regclass::text AS table FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
       AND NOT relispartition AND relrowsecurity AND relforcerowsecurity`,
  );
  for (const { table } of rows) {
    const privileges = restrictedTables[table] ?? 'SELECT, INSERT, UPDATE, DELETE';
    await client.query(`GRANT ${privileges} ON ${table} TO ${name}`);
  }
}
