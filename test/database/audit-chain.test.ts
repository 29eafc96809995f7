import { randomBytes } from 'node:crypto';
import type { RequestFacts } from '../../src/access/actions/request-facts.js';
import { AuditTrail } from '../../src/audit/trail/audit-trail.js';
import { chainHash, GENESIS } from '../../src/audit/trail/chain.js';
import { ChainSeals } from '../../src/audit/trail/chain-seals.js';
import { maintainAuditPartitions } from '../../src/audit/trail/retention.js';
import { ChainVerifier } from '../../src/audit/verification/chain-verifier.service.js';
import { Database } from '../../src/kernel/database/database.service.js';
import { prepareDatabase } from '../../src/kernel/database/prepare.js';
import { SecretBox } from '../../src/kernel/secrets/secret-box.js';
import { startTestDatabase, type TestDatabaseServer } from '../support/test-database.js';

/**
 * Threat: someone who can write to the database, including its superuser, but does not have the master key, changes the
 * audit log. Also: the log causes no false alarms, whatever the order and content of requests.
 */

const facts: RequestFacts = {
  requestId: 'request-1',
  sourceIp: '203.0.113.9',
  userAgent: 'test',
  secureTransport: true,
  receivedAt: new Date('2026-11-24T04:00:00Z'),
};

let server: TestDatabaseServer;
let database: Database;
let auditTrail: AuditTrail;
const seals = new ChainSeals(new SecretBox(randomBytes(32)));
const verifier = new ChainVerifier(seals);
let accountId: string;
let accounts = 0;

beforeAll(async () => {
  server = await startTestDatabase();
  const { target } = await prepareDatabase(server.login);
  database = new Database(target, 6);
  auditTrail = new AuditTrail(database, seals);
});

afterAll(async () => {
  await database?.close();
  await server?.stop();
});

/** A fresh account with seven events. */
beforeEach(async () => {
  accounts += 1;
  accountId = String(300_000_000_000 + accounts);
  await newAccount(accountId);
  for (let index = 1; index <= 7; index++) await append(`user-${index}`);
});

async function newAccount(id: string): Promise<void> {
  const rootEmail = `${id}@example.com`;
  await database.forAccount(id, async (tx) => {
    await tx.account.create({ data: { accountId: id, name: id, rootEmail, rootEmailKey: rootEmail } });
    await auditTrail.begin(tx, id);
  });
}

function append(userName: string, input: unknown = { userName }): Promise<void> {
  const entry = {
    operation: 'iam:CreateUser',
    callerArn: `arn:aws:iam::${accountId}:root`,
    callerId: accountId,
    resourceArn: `arn:aws:iam::${accountId}:user/${userName}`,
    input,
    outcome: 'allowed' as const,
  };
  return database.forAccount(accountId, (tx) => Promise.resolve(auditTrail.record(tx, accountId, entry, facts)));
}

const verify = (after = 0n, limit = 1000) =>
  database.forAccount(accountId, (tx) => verifier.verify(tx, accountId, after, limit));

const problems = async () => (await verify()).problems.map(({ kind, sequence }) => `${kind} ${sequence}`);

/** As the database's superuser, who can do everything. */
const asSuperuser = (sql: string) => server.query(`${sql.replaceAll('$account', `account_id = '${accountId}'`)}`);

describe('an untouched chain', () => {
  it('is intact', async () => {
    expect(await verify()).toMatchObject({ events: 7, lastSequence: 7n, isEnd: true, problems: [] });
  });

  it('is verified in parts that fit together', async () => {
    expect(await verify(0n, 3)).toMatchObject({ events: 3, lastSequence: 3n, isEnd: false, problems: [] });
    expect(await verify(3n, 100)).toMatchObject({ events: 4, lastSequence: 7n, isEnd: true, problems: [] });
  });

  it('stays intact when many append at once, in changes, denials and sign-ins of their own order', async () => {
    await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        database.forAccount(accountId, async (tx) => {
          const entry = { operation: 'iam:CreateUser', callerArn: 'a', callerId: 'b', resourceArn: '*', input: {} };
          const record = () => auditTrail.record(tx, accountId, { ...entry, outcome: 'allowed' }, facts);
          const lock = () =>
            tx.$queryRaw`SELECT 1 FROM accounts WHERE account_id = ${accountId}::bpchar FOR NO KEY UPDATE`;
          // Whatever is locked first: there are no deadlocks.
          if (index % 3 === 0) record();
          if (index % 3 !== 1) await lock();
          if (index % 3 !== 0) record();
        }),
      ),
    );
    expect(await verify()).toMatchObject({ events: 67, lastSequence: 67n, isEnd: true, problems: [] });
  });

  it('holds what PostgreSQL’s text cannot', async () => {
    await append('nul\0and\ud800half', { userName: 'nul\0and\ud800half', nested: [1, null, { z: 1, a: '\u2028' }] });
    expect(await problems()).toEqual([]);
  });

  it('leaves no event, and no gap, of a transaction that fails', async () => {
    const failing = database.forAccount(accountId, (tx) => {
      const entry = { operation: 'a:B', callerArn: 'a', callerId: 'b', resourceArn: '*', input: {} };
      auditTrail.record(tx, accountId, { ...entry, outcome: 'allowed' }, facts);
      throw new Error('failed afterwards');
    });
    await expect(failing).rejects.toThrow('failed afterwards');
    expect(await verify()).toMatchObject({ lastSequence: 7n, problems: [] });
  });
});

describe('a row is', () => {
  it.each([
    ['input', `'{"userName":"somebody-else"}'`],
    ['caller_arn', `'arn:aws:iam::${'1'.repeat(12)}:root'`],
    ['outcome', `'implicitDeny'`],
    ['event_time', `event_time + interval '1 millisecond'`],
    ['event_id', 'gen_random_uuid()'],
    ['source_ip', `'192.0.2.1'`],
    ['mfa_authenticated', 'true'],
    ['reason', `''`],
    ['previous_hash', `sha256('x')`],
    ['hash', `sha256('x')`],
  ])('tampered with: %s', async (column, value) => {
    await asSuperuser(`UPDATE audit_events SET ${column} = ${value} WHERE $account AND sequence = 4`);
    expect(await problems()).toContain('tampered 4');
  });

  it('dropped', async () => {
    await asSuperuser(`DELETE FROM audit_events WHERE $account AND sequence = 4`);
    expect(await problems()).toEqual(['dropped 4']);
  });

  it('dropped at the beginning', async () => {
    await asSuperuser(`DELETE FROM audit_events WHERE $account AND sequence <= 2`);
    expect(await problems()).toEqual(['dropped 1']);
  });

  it('dropped and the rest renumbered', async () => {
    await asSuperuser(`DELETE FROM audit_events WHERE $account AND sequence = 4`);
    await asSuperuser(`UPDATE audit_events SET sequence = sequence - 1 WHERE $account AND sequence > 4`);
    expect(await problems()).toEqual(
      expect.arrayContaining(['reordered 4', 'tampered 4', 'tampered 6', 'truncated 7']),
    );
  });

  it('swapped with another', async () => {
    await asSuperuser(`UPDATE audit_events SET sequence = 9 - sequence WHERE $account AND sequence IN (4, 5)`);
    expect(await problems()).toEqual(expect.arrayContaining(['reordered 4', 'reordered 5', 'reordered 6']));
  });

  it('inserted as a copy', async () => {
    await asSuperuser(`
      INSERT INTO audit_events SELECT (jsonb_populate_record(event, '{"sequence": 8}')).*
      FROM audit_events AS event WHERE $account AND sequence = 7`);
    expect(await problems()).toEqual(['reordered 8', 'tampered 8', 'unsealed 8']);
  });

  it('cut off at the end', async () => {
    await asSuperuser(`DELETE FROM audit_events WHERE $account AND sequence >= 6`);
    expect(await problems()).toEqual(['truncated 6']);
  });

  it('cut off at the end, and the record of the end moved with it', async () => {
    await asSuperuser(`DELETE FROM audit_events WHERE $account AND sequence >= 6`);
    await asSuperuser(`
      UPDATE audit_chains SET last_sequence = 5,
        last_hash = (SELECT hash FROM audit_events WHERE $account AND sequence = 5) WHERE $account`);
    expect(await problems()).toEqual(['unsealed 5']);
  });

  it('cut off at the end, and the record of the end removed', async () => {
    await asSuperuser(`DELETE FROM audit_events WHERE $account AND sequence >= 6`);
    await asSuperuser(`DELETE FROM audit_chains WHERE $account`);
    expect(await problems()).toEqual(['unsealed 5']);
  });
});

it('the server itself can neither change nor remove what it wrote', async () => {
  const attempts = [
    (id: string) => database.forAccount(id, (tx) => tx.auditEvent.updateMany({ data: { outcome: 'allowed' } })),
    (id: string) => database.forAccount(id, (tx) => tx.auditEvent.deleteMany()),
    (id: string) => database.forAccount(id, (tx) => tx.auditChain.deleteMany()),
    (id: string) => database.forAccount(id, (tx) => tx.auditCheckpoint.deleteMany()),
  ];
  for (const attempt of attempts) await expect(attempt(accountId)).rejects.toThrow('permission denied');
});

describe('retention', () => {
  async function makeOldPartition(): Promise<void> {
    await asSuperuser(`
      DO $do$ BEGIN
        IF to_regclass('audit_events_2001_01') IS NULL THEN
          CREATE TABLE audit_events_2001_01 (LIKE audit_events INCLUDING ALL);
          PERFORM gatehouse_protect_tenant_table('audit_events_2001_01');
          ALTER TABLE audit_events ATTACH PARTITION audit_events_2001_01
            FOR VALUES FROM ('2001-01-01 00:00+00') TO ('2001-02-01 00:00+00');
        END IF;
      END $do$`);
  }

  /** Changes the first events of the account to January 2001, as the server would have written them then. */
  async function age(untilSequence: number): Promise<void> {
    await makeOldPartition();
    await asSuperuser(
      `UPDATE audit_events SET event_time = '2001-01-15 00:00+00' WHERE $account AND sequence <= ${untilSequence}`,
    );
    const events = await database.forAccount(accountId, (tx) =>
      tx.auditEvent.findMany({ orderBy: { sequence: 'asc' } }),
    );
    let hash: Uint8Array = GENESIS;
    for (const event of events) {
      const [previousHash, { sequence }] = [hash, event];
      hash = chainHash(previousHash, event);
      const values = [previousHash, hash, seals.authenticator(accountId, sequence, hash)].map((bytes) =>
        Buffer.from(bytes),
      );
      await server.query(
        'UPDATE audit_events SET previous_hash = $1, hash = $2, authenticator = $3 WHERE account_id = $4 AND sequence = $5',
        [...values, accountId, String(sequence)],
      );
    }
    const seal = seals.sealEnd(accountId, { sequence: 7n, hash, authenticatedFrom: 1n, brokenAt: 0n });
    await server.query('UPDATE audit_chains SET last_hash = $1, seal = $2 WHERE account_id = $3', [
      Buffer.from(hash),
      Buffer.from(seal),
      accountId,
    ]);
  }

  it('drops whole months, and the rest of the chain is verified from the checkpoint', async () => {
    await age(4);
    expect(await maintainAuditPartitions(server.login, 2, seals)).toEqual(['audit_events_2001_01']);
    expect(await verify()).toMatchObject({ events: 3, lastSequence: 7n, isEnd: true, problems: [] });
    await append('after');
    expect(await verify()).toMatchObject({ events: 4, lastSequence: 8n, isEnd: true, problems: [] });
    await asSuperuser(`DELETE FROM audit_events WHERE $account AND sequence = 5`);
    expect(await problems()).toEqual(['dropped 5']);
  });

  it('keeps an account verifiable of which everything is dropped', async () => {
    await age(7);
    await maintainAuditPartitions(server.login, 2, seals);
    expect(await verify()).toMatchObject({ events: 0, lastSequence: 7n, isEnd: true, problems: [] });
    await append('after');
    expect(await verify()).toMatchObject({ events: 1, lastSequence: 8n, isEnd: true, problems: [] });
  });

  it('keeps everything when there is none', async () => {
    await age(4);
    expect(await maintainAuditPartitions(server.login, 0, seals)).toEqual([]);
  });

  /** Threat: recent events are moved into a month whose retention period has expired, and are dropped with it. */
  it('drops no month whose last event was given an older time', async () => {
    await age(4);
    await asSuperuser(`UPDATE audit_events SET event_time = '2001-01-16 00:00+00' WHERE $account AND sequence = 5`);
    await expect(maintainAuditPartitions(server.login, 2, seals)).rejects.toThrow(
      `event 5 of account ${accountId} was changed`,
    );
    expect(await problems()).toContain('tampered 5');
    await age(4);
  });

  /** Threat: someone without the master key rewrites the last event with its hash, and removes the authenticator. */
  it('drops no month whose last event lost its authenticator', async () => {
    await age(4);
    await asSuperuser(`UPDATE audit_events SET authenticator = NULL WHERE $account AND sequence = 4`);
    await expect(maintainAuditPartitions(server.login, 2, seals)).rejects.toThrow(
      `event 4 of account ${accountId} was changed`,
    );
    await age(4);
  });

  it('may be done by several replicas at once', async () => {
    await age(4);
    const dropped = await Promise.all([1, 2, 3].map(() => maintainAuditPartitions(server.login, 2, seals)));
    expect(dropped.flat()).toEqual(['audit_events_2001_01']);
  });
});
