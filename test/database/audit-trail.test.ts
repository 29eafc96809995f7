import { randomBytes } from 'node:crypto';
import { AuditTrail } from '../../src/audit/trail/audit-trail.js';
import { ChainSeals } from '../../src/audit/trail/chain-seals.js';
import type { RequestFacts } from '../../src/access/actions/request-facts.js';
import { Database } from '../../src/kernel/database/database.service.js';
import { PolicyEpochs } from '../../src/kernel/database/policy-epochs.js';
import { prepareDatabase } from '../../src/kernel/database/prepare.js';
import { SecretBox } from '../../src/kernel/secrets/secret-box.js';
import { startTestDatabase, type TestDatabaseServer } from '../support/test-database.js';

const accountId = '111111111111';
const neighbourId = '222222222222';

const facts: RequestFacts = {
  requestId: 'request-1',
  sourceIp: '203.0.113.9',
  userAgent: 'test',
  secureTransport: true,
  receivedAt: new Date('2026-11-24T04:00:00Z'),
};
const entry = {
  operation: 'iam:CreateUser',
  callerArn: `arn:aws:iam::${accountId}:root`,
  callerId: accountId,
  resourceArn: `arn:aws:iam::${accountId}:user/ana`,
  input: { userName: 'ana' },
  outcome: 'allowed' as const,
};

let server: TestDatabaseServer;
let database: Database;
let epochs: PolicyEpochs;
let auditTrail: AuditTrail;

beforeAll(async () => {
  server = await startTestDatabase();
  const { target } = await prepareDatabase(server.login);
  database = new Database(target, 4);
  auditTrail = new AuditTrail(database, new ChainSeals(new SecretBox(randomBytes(32))));
  epochs = new PolicyEpochs(database, target);
  for (const id of [accountId, neighbourId]) {
    const rootEmail = `${id}@example.com`;
    await database.forAccount(id, (tx) =>
      tx.account.create({ data: { accountId: id, name: id, rootEmail, rootEmailKey: rootEmail } }),
    );
  }
});

afterAll(async () => {
  await database?.close();
  await server?.stop();
});

/** A change like in the pipeline: the row, its audit event, the next epoch. */
function change(name: string, fail?: Error): Promise<void> {
  return database.forAccount(accountId, async (tx) => {
    const data = { accountId, identityId: `AIDA${name}`, type: 'user' as const, name, nameKey: name };
    await tx.identity.create({ data });
    auditTrail.record(tx, accountId, entry, facts);
    await epochs.advance(tx, accountId);
    if (fail) throw fail;
  });
}

const counts = () =>
  database.forAccount(accountId, async (tx) => ({
    users: await tx.identity.count(),
    events: await tx.auditEvent.count(),
    epoch: (await tx.account.findUniqueOrThrow({ where: { accountId } })).policyEpoch,
  }));

describe('a change, its audit event and the policy epoch', () => {
  it('commit together', async () => {
    const before = await counts();
    await change('kept');
    const after = { users: before.users + 1, events: before.events + 1, epoch: before.epoch + 1n };
    expect(await counts()).toEqual(after);
  });

  it('vanish together when the change fails in its last step', async () => {
    const before = await counts();
    await expect(change('lost', new Error('the last step failed'))).rejects.toThrow('the last step failed');
    expect(await counts()).toEqual(before);
  });

  it('are seen by no neighbour', async () => {
    await change('private');
    expect(await database.forAccount(neighbourId, (tx) => tx.auditEvent.findMany())).toEqual([]);
  });
});
