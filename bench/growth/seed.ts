import type { TestDatabaseServer } from '../../test/support/test-database.js';

const USERS_PER_ACCOUNT = 10;
/** Accounts per statement: progress is shown between two statements. */
const BATCH = 5_000;
/** Seeded account IDs are this and higher, which generated ones hardly ever are. */
const FIRST_ACCOUNT = 900_000_000_000;

export interface SeededUser {
  readonly accountId: string;
  readonly arn: string;
}

/** The user with this number, counted over all seeded accounts. */
export function seededUser(number: number): SeededUser {
  const accountId = String(FIRST_ACCOUNT + Math.floor(number / USERS_PER_ACCOUNT));
  return { accountId, arn: `arn:aws:iam::${accountId}:user/user-${number % USERS_PER_ACCOUNT}` };
}

/** Creates accounts with ten users each, who have an inline policy each. @param from number of existing accounts */
export async function seed(database: TestDatabaseServer, from: number, to: number): Promise<void> {
  for (let start = from; start < to; start += BATCH) {
    const end = Math.min(to, start + BATCH);
    await seedAccounts(database, start, end - 1);
    process.stderr.write(`\rSeeding ${end} of ${to} accounts, ${end * USERS_PER_ACCOUNT} users …   `);
  }
  process.stderr.write('\n');
  await database.query('ANALYZE accounts, identities, inline_policies');
}

async function seedAccounts(database: TestDatabaseServer, first: number, last: number): Promise<void> {
  const range = [first, last];
  await database.query(
    `INSERT INTO accounts (account_id, name, root_email, root_email_key)
     SELECT ${FIRST_ACCOUNT} + n, 'Seeded', n || '@seeded.test', n || '@seeded.test' FROM generate_series($1::int, $2::int) AS n`,
    range,
  );
  // Unique IDs in random order, like real ones.
  const id = `'AIDA' || upper(translate(substr(md5(n || '-' || u), 1, 17), '0189', 'WXYZ'))`;
  await database.query(
    `INSERT INTO identities (account_id, identity_id, type, name, name_key)
     SELECT ${FIRST_ACCOUNT} + n, ${id}, 'user', 'user-' || u, 'user-' || u
     FROM generate_series($1::int, $2::int) AS n, generate_series(0, ${USERS_PER_ACCOUNT - 1}) AS u`,
    range,
  );
  await database.query(
    `INSERT INTO inline_policies (account_id, identity_id, name, document)
     SELECT ${FIRST_ACCOUNT} + n, ${id}, 'orders', '{"Version":"2012-10-17","Statement":[{"Sid":"Read","Effect":"Allow",'
       || '"Action":"orders:Get*","Resource":"arn:aws:orders:*:' || (${FIRST_ACCOUNT} + n) || ':order/*"},'
       || '{"Effect":"Deny","Action":"orders:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}'
     FROM generate_series($1::int, $2::int) AS n, generate_series(0, ${USERS_PER_ACCOUNT - 1}) AS u`,
    range,
  );
}
