import pg from 'pg';
import { Database, type Transaction } from '../../src/kernel/database/database.service.js';
import { prepareDatabase } from '../../src/kernel/database/prepare.js';
import type { ConnectionTarget } from '../../src/kernel/database/connection.js';
import { startTestDatabase, type TestDatabaseServer } from '../support/test-database.js';

/**
 * Threat: a query omits its account, or an attacker manipulates one. Row-level security must neither show rows of
 * another account nor accept changes to them, whatever the SQL.
 */
const mine = '111111111111';
const theirs = '222222222222';

let server: TestDatabaseServer;
let target: ConnectionTarget;
let database: Database;

beforeAll(async () => {
  server = await startTestDatabase();
  ({ target } = await prepareDatabase(server.login));
  database = new Database(target, 4);
  for (const accountId of [mine, theirs]) {
    await database.forAccount(accountId, async (tx) => {
      const rootEmail = `${accountId}@example.com`;
      await tx.account.create({ data: { accountId, name: accountId, rootEmail, rootEmailKey: rootEmail } });
      await tx.identity.create({ data: userOf(accountId, 'AIDAEXAMPLE') });
    });
  }
  await database.forPlatform((tx) =>
    tx.signingKey.create({ data: { keyId: 'key', publicJwk: {}, sealedPrivateJwk: Buffer.from('sealed') } }),
  );
});

afterAll(async () => {
  await database?.close();
  await server?.stop();
});

function userOf(accountId: string, identityId: string) {
  return { accountId, identityId, type: 'user' as const, name: identityId, nameKey: identityId.toLowerCase() };
}

const inMine = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => database.forAccount(mine, work);

describe('within one account', () => {
  it('shows its own rows only, also without a where', async () => {
    expect(await inMine((tx) => tx.identity.findMany({ select: { accountId: true } }))).toEqual([{ accountId: mine }]);
    expect(await inMine((tx) => tx.account.findMany({ select: { accountId: true } }))).toEqual([{ accountId: mine }]);
  });

  it('does not find another account’s rows by their keys', async () => {
    const key = { accountId_identityId: { accountId: theirs, identityId: 'AIDAEXAMPLE' } };
    expect(await inMine((tx) => tx.identity.findUnique({ where: key }))).toBeNull();
    expect(await inMine((tx) => tx.$queryRaw`SELECT FROM identities WHERE account_id = ${theirs}`)).toEqual([]);
  });

  it('changes and deletes nothing of another account', async () => {
    expect(await inMine((tx) => tx.$executeRaw`UPDATE identities SET path = '/x/' WHERE account_id = ${theirs}`)).toBe(
      0,
    );
    expect(await inMine((tx) => tx.$executeRaw`DELETE FROM identities WHERE account_id = ${theirs}`)).toBe(0);
    expect(await inMine((tx) => tx.$executeRaw`UPDATE accounts SET name = 'x' WHERE account_id = ${theirs}`)).toBe(0);
  });

  it.each([
    ['creates rows in', (tx: Transaction) => tx.identity.create({ data: userOf(theirs, 'AIDASMUGGLED') })],
    [
      'moves rows to',
      (tx: Transaction) => tx.$executeRaw`UPDATE identities SET account_id = ${theirs}, identity_id = 'X'`,
    ],
    [
      'creates',
      (tx: Transaction) => tx.$executeRaw`
      INSERT INTO accounts (account_id, name, root_email, root_email_key) VALUES ('333333333333', '', 'x', 'x')`,
    ],
  ])('never %s another account', async (_, work) => {
    await expect(inMine<unknown>(work)).rejects.toMatchObject({
      meta: { driverAdapterError: { cause: { originalCode: '42501' } } },
    });
  });

  it('has no sight of the platform’s keys', async () => {
    expect(await inMine((tx) => tx.signingKey.findMany())).toEqual([]);
  });
});

describe('within the platform', () => {
  it('shows all accounts and the signing keys', async () => {
    const accounts = await database.forPlatform((tx) => tx.account.findMany({ select: { accountId: true } }));
    expect(accounts.map(({ accountId }) => accountId).sort()).toEqual([mine, theirs]);
    expect(await database.forPlatform((tx) => tx.signingKey.count())).toBe(1);
  });

  it('shows no tenant’s other rows', async () => {
    expect(await database.forPlatform((tx) => tx.identity.findMany())).toEqual([]);
  });
});

describe('without a scope', () => {
  let client: pg.Client;

  beforeAll(async () => {
    client = new pg.Client(target.login);
    await client.connect();
    await client.query(`SET ROLE ${target.role}`);
  });

  afterAll(() => client.end());

  it.each(['accounts', 'identities', 'signing_keys'])('%s is empty', async (table) => {
    expect((await client.query(`SELECT FROM ${table}`)).rowCount).toBe(0);
  });

  it('is how a pooled connection comes back from a transaction', async () => {
    const narrow = new Database(target, 1);
    try {
      await narrow.forAccount(theirs, (tx) => tx.identity.count());
      await narrow.forPlatform((tx) => tx.account.count());
      expect(await narrow.forAccount(mine, (tx) => tx.identity.findMany({ select: { accountId: true } }))).toEqual([
        { accountId: mine },
      ]);
    } finally {
      await narrow.close();
    }
  });

  it('keeps the bookkeeping of migrations out of reach', async () => {
    await expect(client.query('SELECT FROM _prisma_migrations')).rejects.toMatchObject({ code: '42501' });
    await expect(client.query('TRUNCATE identities')).rejects.toMatchObject({ code: '42501' });
  });
});

it.each(['', '11111111111', '1111111111112', "111111111111' OR true", '１１１１１１１１１１１１'])(
  'refuses %j as an account id',
  async (accountId) => {
    await expect(database.forAccount(accountId, (tx) => tx.account.count())).rejects.toThrow(TypeError);
  },
);
