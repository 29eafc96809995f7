import { randomBytes } from 'node:crypto';
import { AuditTrail } from '../../src/audit/trail/audit-trail.js';
import { chainHash, GENESIS } from '../../src/audit/trail/chain.js';
import { ChainSeals, endOwner } from '../../src/audit/trail/chain-seals.js';
import type { RequestFacts } from '../../src/access/actions/request-facts.js';
import { rotateMasterKey } from '../../src/ops/admin/rotate-master-key.js';
import { ChainVerifier } from '../../src/audit/verification/chain-verifier.service.js';
import { Database } from '../../src/kernel/database/database.service.js';
import { prepareDatabase } from '../../src/kernel/database/prepare.js';
import { SecretBox } from '../../src/kernel/secrets/secret-box.js';
import { startTestDatabase, type TestDatabaseServer } from '../support/test-database.js';

/**
 * Threat: a superuser of the database who knows how the chain is computed, but does not have the master key, rewrites
 * an account's past and all hashes. The server continues to append: its events must not confirm the manipulation.
 */

const facts: RequestFacts = {
  requestId: 'request-1',
  sourceIp: '203.0.113.9',
  userAgent: 'test',
  secureTransport: true,
  receivedAt: new Date('2026-11-24T04:00:00Z'),
};
const [firstKey, secondKey] = [randomBytes(32), randomBytes(32)];

let server: TestDatabaseServer;
let database: Database;
let accountId: string;
const neighbourId = '400000000000';
let accounts = 0;

/** The server with these master keys, the current one first. */
function under(...[key, ...previous]: readonly [Buffer, ...Buffer[]]) {
  const box = new SecretBox(key, previous);
  const seals = new ChainSeals(box);
  const trail = new AuditTrail(database, seals);
  const verifier = new ChainVerifier(seals);
  return {
    box,
    trail,
    append(userName: string, to = accountId): Promise<void> {
      const entry = {
        operation: 'iam:CreateUser',
        callerArn: `arn:aws:iam::${to}:root`,
        callerId: to,
        resourceArn: `arn:aws:iam::${to}:user/${userName}`,
        input: { userName },
        outcome: 'allowed' as const,
      };
      return database.forAccount(to, (tx) => Promise.resolve(trail.record(tx, to, entry, facts)));
    },
    /** @param limit events that are verified at a time */
    async problems(limit = 1000): Promise<string[]> {
      const found: string[] = [];
      for (let after = 0n, isEnd = false; !isEnd;) {
        const part = await database.forAccount(accountId, (tx) => verifier.verify(tx, accountId, after, limit));
        found.push(...part.problems.map(({ kind, sequence }) => `${kind} ${sequence}`));
        ({ lastSequence: after, isEnd } = part);
      }
      return found;
    },
  };
}
let gatehouse: ReturnType<typeof under>;

beforeAll(async () => {
  server = await startTestDatabase();
  const { target } = await prepareDatabase(server.login);
  database = new Database(target, 4);
  gatehouse = under(firstKey);
  await newAccount(neighbourId);
  for (let number = 1; number <= 7; number += 1) await gatehouse.append(`user-${number}`, neighbourId);
});

afterAll(async () => {
  await database?.close();
  await server?.stop();
});

beforeEach(async () => {
  accounts += 1;
  accountId = String(400_000_000_000 + accounts);
  await newAccount(accountId);
  for (let number = 1; number <= 7; number += 1) await gatehouse.append(`user-${number}`);
});

async function newAccount(id: string): Promise<void> {
  const rootEmail = `${id}@example.com`;
  await database.forAccount(id, async (tx) => {
    await tx.account.create({ data: { accountId: id, name: id, rootEmail, rootEmailKey: rootEmail } });
    await gatehouse.trail.begin(tx, id);
  });
}

const asSuperuser = (sql: string) =>
  server.query(sql.replaceAll('$account', `account_id = '${accountId}'`).replaceAll('$neighbour', `'${neighbourId}'`));

/** Recomputes all hashes and the recorded end from the current events. */
async function recompute(): Promise<void> {
  const events = await database.forAccount(accountId, (tx) => tx.auditEvent.findMany({ orderBy: { sequence: 'asc' } }));
  let previous: Uint8Array = GENESIS;
  for (const event of events) {
    const hash = chainHash(previous, event);
    await server.query(
      'UPDATE audit_events SET previous_hash = $1, hash = $2 WHERE account_id = $3 AND sequence = $4',
      [Buffer.from(previous), Buffer.from(hash), accountId, String(event.sequence)],
    );
    previous = hash;
  }
  await moveEnd();
}

/** The record of the end, without its seal. */
const moveEnd = () =>
  asSuperuser(`
    UPDATE audit_chains SET last_sequence = coalesce(sequence, 0), last_hash = coalesce(last.hash, last_hash)
    FROM (SELECT sequence, hash FROM audit_events WHERE $account ORDER BY sequence DESC LIMIT 1) AS last
    WHERE audit_chains.account_id = '${accountId}'`);

const rewrite = () => asSuperuser(`UPDATE audit_events SET caller_id = 'nobody' WHERE $account AND sequence = 4`);
const remove = (condition: string) => asSuperuser(`DELETE FROM audit_events WHERE $account AND ${condition}`);
const copyOfLast = (changes: string) =>
  asSuperuser(`
    INSERT INTO audit_events SELECT (jsonb_populate_record(event, '${changes}')).*
    FROM audit_events AS event WHERE $account AND sequence = 7`);
const inventCheckpoint = (seal: string) =>
  asSuperuser(`
    INSERT INTO audit_checkpoints (account_id, sequence, hash, seal)
    SELECT account_id, sequence, hash, ${seal} FROM audit_events WHERE $account AND sequence = 4`);

/** The manipulation, and the result of the verification; at the end also after further events. */
const attacks: readonly (readonly [name: string, attack: () => Promise<void>, found: string, later?: string])[] = [
  [
    'an event is rewritten',
    async () => {
      await rewrite();
      await recompute();
    },
    'tampered 4',
  ],
  [
    'an event is rewritten, and the authenticators are removed',
    async () => {
      await rewrite();
      await recompute();
      await asSuperuser('UPDATE audit_events SET authenticator = NULL WHERE $account');
    },
    'tampered 4',
  ],
  [
    'an event is rewritten, and has the authenticator of another one',
    async () => {
      await rewrite();
      await recompute();
      await asSuperuser(`UPDATE audit_events SET authenticator =
        (SELECT authenticator FROM audit_events WHERE $account AND sequence = 5) WHERE $account AND sequence = 4`);
    },
    'tampered 4',
  ],
  [
    'an event has an authenticator of a key that nobody has',
    async () => {
      await rewrite();
      await recompute();
      await asSuperuser(`UPDATE audit_events SET authenticator = sha256('x') WHERE $account AND sequence = 4`);
    },
    'tampered 4',
  ],
  [
    'an event is inserted at the end',
    async () => {
      await copyOfLast('{"sequence": 8}');
      await recompute();
    },
    'tampered 8',
  ],
  [
    'an event is inserted in the middle',
    async () => {
      await asSuperuser('UPDATE audit_events SET sequence = sequence + 1 WHERE $account AND sequence > 4');
      await asSuperuser(`
        INSERT INTO audit_events SELECT (jsonb_populate_record(event, '{"sequence": 5}')).*
        FROM audit_events AS event WHERE $account AND sequence = 4`);
      await recompute();
    },
    'tampered 5',
  ],
  [
    'an event is deleted, and the rest renumbered',
    async () => {
      await remove('sequence = 4');
      await asSuperuser('UPDATE audit_events SET sequence = sequence - 1 WHERE $account AND sequence > 4');
      await recompute();
    },
    'tampered 4',
  ],
  [
    'two events change places',
    async () => {
      await asSuperuser('UPDATE audit_events SET sequence = 9 - sequence WHERE $account AND sequence IN (4, 5)');
      await recompute();
    },
    'tampered 4',
  ],
  [
    'another account’s events are put in the place of its own',
    async () => {
      await remove('sequence > 3');
      await asSuperuser(`
        INSERT INTO audit_events SELECT (jsonb_populate_record(event, '{"account_id": "${accountId}"}')).*
        FROM audit_events AS event WHERE account_id = $neighbour AND sequence > 3`);
      await recompute();
    },
    'tampered 4',
  ],
  [
    'the end is cut off, and the record of it moved',
    async () => {
      await remove('sequence > 5');
      await moveEnd();
    },
    'unsealed 5',
    'broken 6',
  ],
  [
    'the end is cut off, and the record of it removed',
    async () => {
      await remove('sequence > 5');
      await asSuperuser('DELETE FROM audit_chains WHERE $account');
    },
    'unsealed 5',
    'broken 6',
  ],
  [
    'the record of the end has another account’s seal',
    async () => {
      await remove('sequence > 5');
      await moveEnd();
      await asSuperuser(
        'UPDATE audit_chains SET seal = (SELECT seal FROM audit_chains WHERE account_id = $neighbour) WHERE $account',
      );
    },
    'unsealed 5',
    'broken 6',
  ],
  [
    'the record of the end has no seal',
    async () => {
      await asSuperuser(`UPDATE audit_chains SET seal = '' WHERE $account`);
    },
    'unsealed 7',
    'broken 8',
  ],
  [
    'everything is removed',
    async () => {
      await remove('true');
      await asSuperuser('DELETE FROM audit_chains WHERE $account');
    },
    'unsealed 0',
    'broken 1',
  ],
  [
    'the beginning is cut off',
    async () => {
      await remove('sequence <= 4');
    },
    'dropped 1',
  ],
  [
    'the beginning is cut off behind an invented checkpoint',
    async () => {
      await inventCheckpoint('NULL');
      await remove('sequence <= 4');
    },
    'checkpoint 4',
  ],
  [
    'the beginning is cut off behind a checkpoint with the seal of the end',
    async () => {
      await inventCheckpoint(`(SELECT seal FROM audit_chains WHERE $account)`);
      await remove('sequence <= 4');
    },
    'checkpoint 4',
  ],
];

const cases = attacks.map(([name, attack, found, later = found]) => ({ name, attack, found, later }));

it.each(cases)('$name: is found, also after further events', async ({ attack, found, later }) => {
  expect(await gatehouse.problems()).toEqual([]);
  await attack();
  expect(await gatehouse.problems()).toContain(found);
  for (const name of ['later', 'latest']) await gatehouse.append(name);
  expect(await gatehouse.problems()).toContain(later);
});

/** Threat: an event is forged where verification does not read, and is listed like any other. */
describe('an event that is invented', () => {
  const later = new Date(Date.now() + 1000).toISOString();

  it.each([0, -1])('before the beginning of the chain, as number %s, is found', async (sequence) => {
    await copyOfLast(`{"sequence": ${sequence}}`);
    expect(await gatehouse.problems()).toContain(`reordered ${sequence}`);
  });

  it('before the checkpoint is found', async () => {
    const seal = new ChainSeals(gatehouse.box);
    const { hash } = await database.forAccount(accountId, (tx) =>
      tx.auditEvent.findFirstOrThrow({ where: { sequence: 4 } }),
    );
    await inventCheckpoint('NULL');
    const sealed = Buffer.from(seal.sealCheckpoint(accountId, { sequence: 4n, hash }));
    await server.query('UPDATE audit_checkpoints SET seal = $1 WHERE account_id = $2', [sealed, accountId]);
    await remove('sequence <= 4');
    expect(await gatehouse.problems()).toEqual([]);
    await copyOfLast('{"sequence": 3}');
    expect(await gatehouse.problems()).toContain('reordered 3');
  });

  it.each([1, 2, 3, 1000])('beside another one with its number is found by parts of %i events', async (limit) => {
    expect(await gatehouse.problems(limit)).toEqual([]);
    await asSuperuser(`
      INSERT INTO audit_events SELECT (jsonb_populate_record(event, '{"event_time": "${later}"}')).*
      FROM audit_events AS event WHERE $account AND sequence = 6`);
    expect(await gatehouse.problems(limit)).toContain('reordered 6');
  });
});

describe('after a break', () => {
  it('what happens to later events is found too', async () => {
    await rewrite();
    await recompute();
    for (const name of ['later', 'latest']) await gatehouse.append(name);
    await remove('sequence = 9');
    expect(await gatehouse.problems()).toEqual(expect.arrayContaining(['tampered 4', 'broken 8', 'truncated 9']));
  });
});

describe('another master key', () => {
  const both = () => under(secondKey, firstKey);
  const onlySecond = () => under(secondKey);

  it('keeps the chain verifiable after the old one is given up', async () => {
    await both().append('under-the-new-key');
    expect(await both().problems()).toEqual([]);
    expect(await onlySecond().problems()).toEqual([]);
  });

  it('binds what was written under the old one, with and without further events', async () => {
    await rotateMasterKey(database, both().box, () => undefined);
    expect(await onlySecond().problems()).toEqual([]);
    await onlySecond().append('later');
    expect(await onlySecond().problems()).toEqual([]);
    await rewrite();
    await recompute();
    expect(await onlySecond().problems()).toContain('tampered 8');
    // With the old key, the changed event can still be identified.
    expect(await both().problems()).toContain('tampered 4');
  });

  it('is rotated past a forged end, which stays as it is', async () => {
    await remove('sequence > 5');
    await asSuperuser(`UPDATE audit_chains SET seal = '' WHERE $account`);
    await moveEnd();
    await rotateMasterKey(database, both().box, () => undefined);
    await onlySecond().append('later');
    expect(await onlySecond().problems()).toContain('broken 6');
  });

  it('that is not known stops appending: nothing vouches for what cannot be verified', async () => {
    await expect(under(randomBytes(32)).append('user')).rejects.toMatchObject({ name: 'MasterKeyError' });
    expect(await gatehouse.problems()).toEqual([]);
  });
});

describe('events of the time before authenticators', () => {
  /** As written by the previous version. */
  beforeEach(async () => {
    await asSuperuser('UPDATE audit_events SET authenticator = NULL WHERE $account');
    const { lastHash } = await database.forAccount(accountId, (tx) => tx.auditChain.findFirstOrThrow());
    const content = Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0, 0, 7]), lastHash]);
    const seal = new SecretBox(firstKey).seal(content, endOwner(accountId));
    await server.query('UPDATE audit_chains SET seal = $1 WHERE account_id = $2', [seal, accountId]);
  });

  it('are verified as before, and so are those that follow', async () => {
    expect(await gatehouse.problems()).toEqual([]);
    for (const name of ['later', 'latest']) await gatehouse.append(name);
    expect(await gatehouse.problems()).toEqual([]);
  });

  it('are bound by the first event with one', async () => {
    await gatehouse.append('later');
    await rewrite();
    await recompute();
    expect(await gatehouse.problems()).toContain('tampered 8');
  });

  it('cannot be feigned by removing authenticators', async () => {
    for (const name of ['later', 'latest']) await gatehouse.append(name);
    await asSuperuser(
      `UPDATE audit_events SET authenticator = NULL, caller_id = 'nobody' WHERE $account AND sequence >= 8`,
    );
    await recompute();
    expect(await gatehouse.problems()).toContain('tampered 8');
  });
});
