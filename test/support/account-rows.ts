import { EmbeddedPostgres } from '../../src/kernel/database/embedded/embedded-postgres.js';
import { queryAs } from './test-database.js';

/**
 * A hash of every tenant table's rows of one account, including the audit log. Last-access records are excluded,
 * because they are written in batches, also about reads.
 *
 * @param dataDirectory of a server with an embedded PostgreSQL
 * @returns by table
 */
export async function accountRows(dataDirectory: string, accountId: string): Promise<Record<string, string>> {
  const login = (await EmbeddedPostgres.loginOfRunning(dataDirectory))!;
  const tables = await queryAs<{ name: string }>(
    login,
    `SELECT c.table_name AS name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.column_name = 'account_id' AND t.table_type = 'BASE TABLE' AND c.table_schema = 'public'
       AND c.table_name <> 'access_facts'`,
  );
  const selects = tables.map(
    ({ name }) =>
      `SELECT '${name}' AS name, coalesce(md5(string_agg(r::text, E'\\n' ORDER BY r::text)), '') AS hash FROM "${name}" r WHERE account_id = $1`,
  );
  const rows = await queryAs<{ name: string; hash: string }>(login, selects.join(' UNION ALL '), [accountId]);
  return Object.fromEntries(rows.map(({ name, hash }) => [name, hash]));
}
