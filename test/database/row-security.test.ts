import { prepareDatabase } from '../../src/kernel/database/prepare.js';
import { startTestDatabase, type TestDatabaseServer } from '../support/test-database.js';

interface Table {
  readonly name: string;
  readonly enabled: boolean;
  readonly forced: boolean;
  readonly policies: { name: string; check: string | null; qualifier: string | null }[];
  readonly columns: string[];
  readonly primaryKey: string[];
  readonly uniqueKeys: string[][];
}

/** Tables that do not belong to a tenant, with the reason. */
const exceptions: Readonly<Record<string, string>> = {
  _prisma_migrations: 'bookkeeping of migrations: the server has no grant on it',
  answered_passkey_challenges: 'belongs to the platform: a challenge names nobody',
  failure_counts: 'belongs to the platform: one job works through those of all accounts',
  hardware_tokens: 'belongs to the platform until an account enables one',
  outgoing_mails: 'belongs to the platform: one sender works through the mails of all accounts',
  platform_policies: 'the platform’s, shared with every account',
  platform_policy_versions: 'the platform’s, shared with every account',
  platform_state: 'the platform’s, shared with every account',
  role_template_versions: 'the platform’s, shared with every account',
  role_templates: 'the platform’s, shared with every account',
  services: 'the platform’s, shared with every account',
  signing_keys: 'belongs to the platform',
  throttles: 'belongs to the platform: whom it counts may not exist',
};

/** Every account can read it; the platform and its management account can write it. */
const shared = [
  'platform_policies',
  'platform_policy_versions',
  'platform_state',
  'role_template_versions',
  'role_templates',
  'services',
];

/** Tables that the server cannot rewrite. */
const restricted: Readonly<Record<string, string>> = {
  // Columns: account-columns.test.ts.
  accounts: 'INSERT SELECT',
  audit_events: 'INSERT SELECT',
  audit_chains: 'INSERT SELECT UPDATE',
  audit_checkpoints: 'SELECT',
};

const ownAccount = "(account_id = (current_setting('gatehouse.account_id'::text, true))::bpchar)";
const platform = "(current_setting('gatehouse.scope'::text, true) = 'platform'::text)";

let server: TestDatabaseServer;
let tables: Table[];

beforeAll(async () => {
  server = await startTestDatabase();
  await prepareDatabase(server.login);
  tables = await server.query<Table>(`
    SELECT relname AS name, relrowsecurity AS enabled, relforcerowsecurity AS forced,
      (SELECT coalesce(json_agg(json_build_object('name', polname, 'qualifier', pg_get_expr(polqual, polrelid),
          'check', pg_get_expr(polwithcheck, polrelid)) ORDER BY polname), '[]')
         FROM pg_policy WHERE polrelid = class.oid) AS policies,
      (SELECT array_agg(attname::text) FROM pg_attribute WHERE attrelid = class.oid AND attnum > 0) AS columns,
      (SELECT array_agg(attname::text ORDER BY position) FROM pg_index, unnest(indkey) WITH ORDINALITY AS key(number, position)
         JOIN pg_attribute ON attnum = number WHERE indrelid = class.oid AND attrelid = class.oid AND indisprimary) AS "primaryKey",
      (SELECT coalesce(json_agg(names), '[]') FROM (
         SELECT array_agg(attname::text ORDER BY position) AS names FROM pg_index, unnest(indkey) WITH ORDINALITY AS key(number, position)
         JOIN pg_attribute ON attnum = number
         WHERE indrelid = class.oid AND attrelid = class.oid AND indisunique AND NOT indisprimary GROUP BY indexrelid) AS keys) AS "uniqueKeys"
    FROM pg_class AS class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY relname`);
});

afterAll(() => server?.stop());

it('finds the tables', () => {
  expect(tables.length).toBeGreaterThanOrEqual(13);
  expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(exceptions)));
});

it('every table but the bookkeeping is under forced row-level security', () => {
  const open = tables.filter(({ name, enabled, forced }) => name !== '_prisma_migrations' && !(enabled && forced));
  expect(open.map(({ name }) => name)).toEqual([]);
});

it('every tenant table shows and takes its own account’s rows only', () => {
  const tenantTables = tables.filter(({ name }) => !(name in exceptions) && name !== 'accounts');
  const policies = Object.fromEntries(tenantTables.map(({ name, policies }) => [name, policies]));
  const expected = [{ name: 'own_account', qualifier: ownAccount, check: ownAccount }];
  expect(policies).toEqual(Object.fromEntries(tenantTables.map(({ name }) => [name, expected])));
});

it('the platform sees accounts, answered passkey challenges, failure counts, signing keys, hardware tokens, outgoing mails, throttles and no other table', () => {
  const seen = tables.filter(({ policies }) => policies.some(({ name }) => name === 'platform'));
  expect(seen.map(({ name }) => name)).toEqual([
    'accounts',
    'answered_passkey_challenges',
    'failure_counts',
    'hardware_tokens',
    'outgoing_mails',
    'signing_keys',
    'throttles',
  ]);
  for (const { policies } of seen) {
    expect(policies).toContainEqual({ name: 'platform', qualifier: platform, check: platform });
  }
});

it('what the platform shares is read in every scope and written by the platform and the management account', () => {
  const policies = Object.fromEntries(
    tables.filter(({ name }) => shared.includes(name)).map(({ name, policies }) => [name, policies]),
  );
  const mayWrite = expect.stringMatching(
    /^\(\(current_setting\('gatehouse.scope'.* = 'platform'.*is_management\)\)\)\)$/s,
  );
  const expected = [
    { name: 'platform_delete', qualifier: mayWrite, check: null },
    { name: 'platform_insert', qualifier: null, check: mayWrite },
    { name: 'platform_update', qualifier: mayWrite, check: mayWrite },
    { name: 'shared_read', qualifier: expect.stringContaining("'gatehouse.scope'"), check: null },
  ];
  expect(policies).toEqual(Object.fromEntries(shared.map((name) => [name, expected])));
});

it('every key of a tenant table begins with the account, so that the database can be split by it', () => {
  const tenantTables = tables.filter(({ name }) => !(name in exceptions));
  for (const { name, primaryKey, uniqueKeys } of tenantTables) {
    // Values that must be unique across accounts are only in the accounts table.
    const keys = name === 'accounts' ? [primaryKey] : [primaryKey, ...uniqueKeys];
    for (const key of keys) expect({ name, first: key[0] }).toEqual({ name, first: 'account_id' });
  }
});

it('the server’s role is granted exactly the tables under row-level security', async () => {
  const grants = await server.query<{ table_name: string; privileges: string }>(`
    SELECT table_name, string_agg(privilege_type, ' ' ORDER BY privilege_type) AS privileges
    FROM information_schema.role_table_grants WHERE grantee LIKE 'gatehouse_server_%' GROUP BY table_name ORDER BY table_name`);
  const expected = tables
    // Partitions are accessible only through their table.
    .filter(({ name }) => name !== '_prisma_migrations' && !/^audit_events_/.test(name))
    .map(({ name }) => ({ table_name: name, privileges: restricted[name] ?? 'DELETE INSERT SELECT UPDATE' }));
  expect(grants).toEqual(expected);
});

it('the partitions of the audit log are made ahead, each under row-level security', () => {
  const partitions = tables.filter(({ name }) => /^audit_events_\d{4}_\d{2}$/.test(name));
  expect(partitions).toHaveLength(3);
  for (const { policies } of partitions) expect(policies.map(({ name }) => name)).toEqual(['own_account']);
});
