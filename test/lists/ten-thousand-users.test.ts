import { paginateListUsers } from '@aws-sdk/client-iam';
import pg from 'pg';
import { EmbeddedPostgres } from '../../src/kernel/database/embedded/embedded-postgres.js';
import { type RunningServer, startServer } from '../support/server.js';
import { newTenant, type Tenant } from '../support/tenant.js';

const STAYING = 10_000;
const LEAVING = 400;
/** Characters whose order differs by code point, by language and ignoring case. */
const PREFIXES = ['ana', 'Ana', 'ANNA', 'b_', 'B-', 'b.', 'c+', 'C=', '@d', ',e', '-f', '_g', '0', '9', 'z@', 'Z_'];

let server: RunningServer;
let tenant: Tenant;
let superuser: pg.Client;

beforeAll(async () => {
  server = await startServer();
  tenant = await newTenant(server.baseUrl);
  superuser = new pg.Client(await EmbeddedPostgres.loginOfRunning(server.dataDirectory));
  await superuser.connect();
  await insertUsers('stays', 1, STAYING);
  await insertUsers('leaves', 1, LEAVING);
});

afterAll(async () => {
  await superuser.end();
  await server.stop();
});

/**
 * More than the quota of 5,000 users, and in one statement: through the database. The first of ten are under `/team/`.
 */
async function insertUsers(kind: string, from: number, to: number): Promise<void> {
  await superuser.query(
    `INSERT INTO identities (account_id, identity_id, type, name, name_key, path)
     SELECT $1, 'AIDA' || upper(left(md5($2 || n), 17)), 'user', name, lower(name),
            CASE WHEN n % 10 = 1 THEN '/team/' ELSE '/' END
     FROM generate_series($3::int, $4::int) AS n,
          concat(($5::text[])[1 + (n * 7) % cardinality($5::text[])], '-', $2::text, n) AS name`,
    [tenant.accountId, kind, from, to, PREFIXES],
  );
}

function nameOf(kind: string, n: number): string {
  return `${PREFIXES[(n * 7) % PREFIXES.length]!}-${kind}${n}`;
}

/** Users are added and removed at all positions while the lists are read. */
async function churnDuring(lists: readonly Promise<unknown>[]): Promise<{ added: number; removed: number }> {
  let isReading = true;
  const reading = Promise.all(lists).finally(() => (isReading = false));
  let added = 0;
  let removed = 0;
  const churn = (async () => {
    while (isReading) {
      await insertUsers('comes', added + 1, added + 8);
      added += 8;
      if (removed === LEAVING) continue;
      removed += 1;
      const gone = await tenant.rest.delete(`/v1/users/${encodeURIComponent(nameOf('leaves', removed))}`);
      expect(gone.status).toBe(204);
    }
  })();
  await Promise.all([reading, churn]);
  return { added, removed };
}

async function listBySdk(pageSize: number, pathPrefix?: string): Promise<string[]> {
  const names: string[] = [];
  const configuration = { client: tenant.iam, pageSize };
  for await (const page of paginateListUsers(configuration, pathPrefix ? { PathPrefix: pathPrefix } : {})) {
    names.push(...page.Users!.map(({ UserName }) => UserName!));
  }
  return names;
}

async function listByRest(maxItems: number): Promise<string[]> {
  const names: string[] = [];
  for (let marker: string | undefined; ;) {
    const query = new URLSearchParams({ maxItems: String(maxItems), ...(marker ? { marker } : {}) });
    const { status, body } = await tenant.rest.get(`/v1/users?${query.toString()}`);
    expect(status).toBe(200);
    names.push(...(body.users as { userName: string }[]).map(({ userName }) => userName));
    expect(body.isTruncated).toBe(body.marker !== undefined);
    if (!body.isTruncated) return names;
    ({ marker } = body);
  }
}

function expectWhole(names: readonly string[], expected: readonly string[]): void {
  expect(new Set(names).size).toBe(names.length);
  const staying = names.filter((name) => name.includes('-stays'));
  expect(staying.sort()).toEqual([...expected].sort());
}

it('lists ten thousand users without a gap or a double while others are added and removed', async () => {
  const everyone = Array.from({ length: STAYING }, (_, index) => nameOf('stays', index + 1));
  const lists = [listBySdk(500), listBySdk(1000), listByRest(333)];
  const team = listBySdk(100, '/team/');
  const { added, removed } = await churnDuring([...lists, team]);
  expect(added).toBeGreaterThan(0);
  expect(removed).toBeGreaterThan(0);
  for (const list of lists) expectWhole(await list, everyone);
  expectWhole(
    await team,
    everyone.filter((_, index) => index % 10 === 0),
  );
});

it('shows whom it has removed or added to who asks afterwards, and only them', async () => {
  const { rows } = await superuser.query<{ name: string }>(
    `SELECT name FROM identities WHERE account_id = $1 AND type = 'user'`,
    [tenant.accountId],
  );
  expect((await listByRest(1000)).sort()).toEqual(rows.map(({ name }) => name).sort());
});
