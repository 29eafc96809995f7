import pg from 'pg';
import { lockAuditPartitions } from '../../kernel/database/owner-locks.js';
import { makeAuditPartitions } from '../../kernel/database/audit-partitions.js';
import { abandon, connect, connectTimeout } from '../../kernel/database/connection.js';
import { columnOf, HASHED_MEMBERS, type HashedEvent } from './chain.js';
import type { ChainEnd, ChainSeals } from './chain-seals.js';

/** Maximum events in memory. */
const BATCH = 1_000;

type EventRow = Readonly<Record<string, unknown>> & {
  readonly account_id: string;
  readonly sequence: string;
  readonly previous_hash: Buffer;
  readonly hash: Buffer;
  readonly authenticator: Buffer | null;
};

/**
 * An event at the end of a month that would be dropped was changed. Nothing is dropped, because the remaining
 * checkpoint would confirm it.
 */
class RetentionError extends Error {
  override readonly name = 'RetentionError';

  constructor(partition: string, accountId: string, sequence: string) {
    super(
      `${partition} is kept although its retention period has expired: event ${sequence} of account ` +
        `${accountId} was changed after it was written. Investigate with "npm run audit:verify".`,
    );
  }
}

/**
 * Creates the partitions of the coming months and drops those whose retention period has expired. Only one replica at a
 * time does this.
 *
 * @param login the owner of the tables
 * @param monthsKept whole months besides the current one; 0 keeps all
 * @returns names of the dropped partitions
 * @throws RetentionError
 */
export async function maintainAuditPartitions(
  login: pg.ClientConfig,
  monthsKept: number,
  seals: ChainSeals,
): Promise<string[]> {
  const client = new pg.Client({
    ...login,
    application_name: 'gatehouse audit partitions',
    connectionTimeoutMillis: connectTimeout,
  });
  await connect(client);
  try {
    await client.query('BEGIN');
    // Waiting for a table lock blocks all later queries on the table, so the next run tries again instead.
    await client.query(`SET LOCAL lock_timeout = '2s'`);
    await lockAuditPartitions(client);
    await makeAuditPartitions(client);
    const dropped = monthsKept === 0 ? [] : await dropExpired(client, monthsKept, seals);
    await client.query('COMMIT');
    return dropped;
  } finally {
    abandon(client);
  }
}

async function dropExpired(client: pg.Client, monthsKept: number, seals: ChainSeals): Promise<string[]> {
  const { rows } = await client.query<{ name: string; firstDay: Date }>(
    'SELECT partition_name AS name, first_day AS "firstDay" FROM gatehouse_expired_audit_partitions($1)',
    [monthsKept],
  );
  for (const { name, firstDay } of rows) {
    await leaveCheckpoints(client, name, firstDay, seals);
    await client.query(`DROP TABLE ${pg.escapeIdentifier(name)}`);
  }
  return rows.map(({ name }) => name);
}

/**
 * For each account, the last event of the month becomes the checkpoint from which the rest of its chain is verified.
 */
async function leaveCheckpoints(
  client: pg.Client,
  partition: string,
  firstDay: Date,
  seals: ChainSeals,
): Promise<void> {
  await client.query('DECLARE last_events NO SCROLL CURSOR FOR SELECT * FROM gatehouse_last_audit_events($1)', [
    firstDay,
  ]);
  for (;;) {
    const { rows } = await client.query<EventRow>(`FETCH ${BATCH} FROM last_events`);
    if (rows.length === 0) break;
    for (const row of rows) await requireUnchanged(client, partition, row, seals);
    const sealed = rows.map(({ account_id, sequence, hash }) =>
      Buffer.from(seals.sealCheckpoint(account_id, { sequence: BigInt(sequence), hash })),
    );
    await client.query('SELECT gatehouse_put_audit_checkpoints($1, $2, $3, $4)', [
      rows.map((row) => row.account_id),
      rows.map((row) => row.sequence),
      rows.map((row) => row.hash),
      sealed,
    ]);
  }
  await client.query('CLOSE last_events');
}

/**
 * Otherwise recent events that were moved into a month whose retention period has expired would be dropped with it. The
 * time rises along the chain: if the last event of the month is genuine, the events before it are from that month or
 * earlier.
 */
async function requireUnchanged(client: pg.Client, partition: string, row: EventRow, seals: ChainSeals): Promise<void> {
  const { account_id: accountId, previous_hash: previousHash, hash, authenticator } = row;
  const sequence = BigInt(row.sequence);
  const hashed = Object.fromEntries(HASHED_MEMBERS.map((name) => [name, row[columnOf(name)]])) as HashedEvent;
  // Removing an authenticator must not remove the evidence.
  const end = authenticator === null ? await readEnd(client, accountId, seals) : undefined;
  if (seals.isGenuine({ accountId, sequence, hashed, previousHash, hash, authenticator }, end)) return;
  throw new RetentionError(partition, accountId, row.sequence);
}

async function readEnd(client: pg.Client, accountId: string, seals: ChainSeals): Promise<ChainEnd | undefined> {
  await client.query(`SELECT set_config('gatehouse.account_id', $1, true)`, [accountId]);
  const { rows } = await client.query<{ seal: Buffer | null }>(
    'SELECT seal FROM audit_chains WHERE account_id = $1::bpchar',
    [accountId],
  );
  const seal = rows[0]?.seal;
  return seal ? seals.openEnd(accountId, seal) : undefined;
}
