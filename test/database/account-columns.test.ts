import { Database } from '../../src/kernel/database/database.service.js';
import { prepareDatabase } from '../../src/kernel/database/prepare.js';
import { Prisma } from '../../src/generated/prisma/client.js';
import { startTestDatabase, type TestDatabaseServer } from '../support/test-database.js';

/**
 * Threat: a statement in an account's scope, manipulated by an attacker, makes its account the management account, ends
 * its suspension, or reverts a policy epoch so that replicas use old policies.
 */

/** Which columns of `accounts` can be changed in which scope. A new column must be added to one of these lists. */
const columns = {
  nobody: ['account_id', 'created_at', 'is_management'],
  platform: ['closed_at', 'status'],
  account: [
    'alias',
    'name',
    'policy_epoch',
    'root_email',
    'root_email_key',
    'root_password_hash',
    'root_password_last_used_at',
    'root_password_set_at',
    'root_revocations',
  ],
};

const mine = '111111111111';

let server: TestDatabaseServer;
let database: Database;

beforeAll(async () => {
  server = await startTestDatabase();
  const { target } = await prepareDatabase(server.login);
  database = new Database(target, 3);
  const account = { accountId: mine, name: 'a', rootEmail: 'a@example.com', rootEmailKey: 'a@example.com' };
  await database.forAccount(mine, (tx) => tx.account.create({ data: { ...account, policyEpoch: 5n } }));
});

afterAll(async () => {
  await database?.close();
  await server?.stop();
});

const refused = { meta: { driverAdapterError: { cause: { originalCode: '42501' } } } };

const update = (assignment: string) => Prisma.sql`UPDATE accounts SET ${Prisma.raw(assignment)}`;
const inMine = (statement: Prisma.Sql) => database.forAccount(mine, (tx) => tx.$executeRaw(statement));
const inPlatform = (statement: Prisma.Sql) => database.forPlatform((tx) => tx.$executeRaw(statement));

it('every column is in one of the lists', async () => {
  const found = await server.query<{ name: string }>(
    `SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'accounts' ORDER BY column_name`,
  );
  expect(found.map(({ name }) => name)).toEqual(Object.values(columns).flat().sort());
});

it('the server’s role may change no others than those', async () => {
  const granted = await server.query<{ name: string }>(
    `SELECT column_name AS name FROM information_schema.role_column_grants
     WHERE table_name = 'accounts' AND privilege_type = 'UPDATE' AND grantee LIKE 'gatehouse_server_%' ORDER BY 1`,
  );
  expect(granted.map(({ name }) => name)).toEqual([...columns.platform, ...columns.account].sort());
});

it.each(['is_management = true', `account_id = '222222222222'`, 'created_at = now()'])(
  'nobody does: %s',
  async (assignment) => {
    await expect(inMine(update(assignment))).rejects.toMatchObject(refused);
    await expect(inPlatform(update(assignment))).rejects.toMatchObject(refused);
  },
);

it.each([`status = 'suspended'`, 'closed_at = now()'])('only the platform does: %s', async (assignment) => {
  await expect(inMine(update(assignment))).rejects.toMatchObject(refused);
  expect(await inPlatform(update(assignment))).toBe(1);
});

it('no policy epoch goes back', async () => {
  expect(await inMine(update('policy_epoch = policy_epoch + 1'))).toBe(1);
  for (const run of [inMine, inPlatform]) await expect(run(update('policy_epoch = 3'))).rejects.toMatchObject(refused);
});

it('no account makes itself the management account when it is created, nor is one deleted', async () => {
  const insert = Prisma.sql`INSERT INTO accounts (account_id, name, root_email, root_email_key, is_management)
    VALUES ('222222222222', '', 'x', 'x', true)`;
  await expect(database.forAccount('222222222222', (tx) => tx.$executeRaw(insert))).rejects.toMatchObject(refused);
  await expect(inMine(Prisma.sql`DELETE FROM accounts`)).rejects.toMatchObject(refused);
});
