import type { ConnectionTarget } from '../../src/kernel/database/connection.js';
import { isForeignKeyViolation, isUniqueViolation } from '../../src/kernel/database/database-errors.js';
import { Database } from '../../src/kernel/database/database.service.js';
import { prepareDatabase } from '../../src/kernel/database/prepare.js';
import { startTestDatabase, type TestDatabaseServer } from '../support/test-database.js';

const accountId = '123456789012';

let server: TestDatabaseServer;
let target: ConnectionTarget;
let database: Database;

beforeAll(async () => {
  server = await startTestDatabase();
  ({ target } = await prepareDatabase(server.login));
  database = new Database(target, 4);
  const account = { accountId, name: 'a', alias: 'taken', rootEmail: 'a@example.com', rootEmailKey: 'a@example.com' };
  await database.forAccount(accountId, (tx) => tx.account.create({ data: account }));
});

afterAll(async () => {
  await database?.close();
  await server?.stop();
});

/** The error with which a promise is rejected. */
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('violations', () => {
  it('are told by their constraint, across accounts too', async () => {
    const other = '222222222222';
    const data = {
      accountId: other,
      name: 'b',
      alias: 'taken',
      rootEmail: 'b@example.com',
      rootEmailKey: 'b@example.com',
    };
    const error = await failureOf(database.forAccount(other, (tx) => tx.account.create({ data })));
    expect(isUniqueViolation(error)).toBe(true);
    expect(isUniqueViolation(error, 'accounts_alias_key')).toBe(true);
    expect(isUniqueViolation(error, 'accounts_root_email_key_key')).toBe(false);
    expect(isForeignKeyViolation(error)).toBe(false);
  });

  it('of a foreign key are told', async () => {
    const data = { accountId, userId: 'AIDANOBODY', passwordHash: '' };
    const error = await failureOf(database.forAccount(accountId, (tx) => tx.loginProfile.create({ data })));
    expect(isForeignKeyViolation(error)).toBe(true);
    expect(isUniqueViolation(error)).toBe(false);
  });

  it('are nothing else', () => {
    for (const error of [undefined, null, 'P2002', new Error('P2002'), { code: 5 }]) {
      expect(isUniqueViolation(error)).toBe(false);
      expect(isForeignKeyViolation(error)).toBe(false);
    }
  });
});

describe('write conflicts', () => {
  /** Both read before either writes, so under SERIALIZABLE one of them must fail first. */
  it('are retried until the work is done', async () => {
    let runs = 0;
    let reads = 0;
    let haveBothRead!: () => void;
    const bothRead = new Promise<void>((resolve) => (haveBothRead = resolve));
    const increment = () =>
      database.forAccount(
        accountId,
        async (tx) => {
          runs++;
          const { policyEpoch } = await tx.account.findUniqueOrThrow({ where: { accountId } });
          if (++reads === 2) haveBothRead();
          await bothRead;
          await tx.account.update({ where: { accountId }, data: { policyEpoch: policyEpoch + 1n } });
        },
        { isolationLevel: 'Serializable' },
      );
    await Promise.all([increment(), increment()]);
    const { policyEpoch } = await database.forAccount(accountId, (tx) =>
      tx.account.findUniqueOrThrow({ where: { accountId } }),
    );
    expect(policyEpoch).toBe(2n);
    expect(runs).toBeGreaterThan(2);
  });
});

describe('after the commit', () => {
  it('callbacks run in order, before the caller goes on', async () => {
    const happened: string[] = [];
    await database.forAccount(accountId, async (tx) => {
      database.afterCommit(tx, () => happened.push('first'));
      database.afterCommit(tx, () => happened.push('second'));
      await tx.account.count();
      happened.push('work');
    });
    expect(happened).toEqual(['work', 'first', 'second']);
  });

  it('nothing can be registered any more', async () => {
    const tx = await database.forAccount(accountId, (transaction) => Promise.resolve(transaction));
    expect(() => database.afterCommit(tx, () => undefined)).toThrow('Not a running transaction');
  });
});

describe('a database that is not available', () => {
  const unavailable = { name: 'ApiError', code: 'ServiceUnavailable' };

  it('is one whose connection is lost in the middle of the work', async () => {
    const work = database.forAccount(accountId, async (tx) => {
      const [row] = await tx.$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
      await server.query('SELECT pg_terminate_backend($1)', [row?.pid]);
      return tx.account.count();
    });
    await expect(work).rejects.toMatchObject(unavailable);
    await expect(database.ping()).resolves.toBeUndefined();
  });

  it('is one with no connection left', async () => {
    const narrow = new Database(target, 1);
    try {
      let release = (): void => undefined;
      const held = narrow.forAccount(accountId, () => new Promise<void>((resolve) => (release = resolve)));
      await expect(narrow.forAccount(accountId, (tx) => tx.account.count())).rejects.toMatchObject(unavailable);
      release();
      await held;
    } finally {
      await narrow.close();
    }
  });

  it('is one that is not there', async () => {
    const nowhere = new Database({ login: { ...target.login, host: server.dataDirectory }, role: target.role }, 1);
    await expect(nowhere.ping()).rejects.toMatchObject(unavailable);
    await expect(nowhere.forPlatform((tx) => tx.account.count())).rejects.toMatchObject(unavailable);
    await nowhere.close();
  });
});
