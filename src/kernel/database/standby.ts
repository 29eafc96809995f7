import { Logger } from '@nestjs/common';
import type pg from 'pg';
import type { Prisma } from '../../generated/prisma/client.js';
import type { ConnectionTarget } from './connection.js';
import type { PolicyEpochs, PrimaryPosition } from './policy-epochs.js';
import { type RowReader } from './row-reader.js';
import { ScopedPool } from './scoped-pool.js';

/** Milliseconds. Whom the standby keeps waiting longer, the primary answers. */
const patience = 1_000;

/** Milliseconds that a standby which failed is left alone. */
const pause = 5_000;

/** What became of the reads so far. `behind`: the standby had not come as far as the primary at the last heartbeat. */
export type StandbyReads = Readonly<Record<'answered' | 'behind' | 'failed', number>>;

/** The standby cannot answer now; the primary can. */
class StandbyUnfit extends Error {
  override readonly name = 'StandbyUnfit';
}

/**
 * A standby of the primary database (streaming replication), read where it spares the primary work.
 *
 * INVARIANT: it answers only with what holds at least all that was committed before the last heartbeat of the notification
 * link, at most three seconds ago; of later changes there is news, with which the reader compares what it got. A server that
 * is no standby, or one of another primary, answers nothing.
 */
export class Standby implements RowReader {
  readonly #pool: ScopedPool;
  readonly #epochs: PolicyEpochs;
  readonly #logger = new Logger('Standby');
  #reads = { answered: 0, behind: 0, failed: 0 };
  #pausedUntil = 0;
  #isAnswering = true;

  /** Connects on first use. */
  constructor(target: ConnectionTarget, poolSize: number, epochs: PolicyEpochs) {
    this.#pool = new ScopedPool(target, { max: poolSize, connectionTimeoutMillis: patience, query_timeout: patience });
    this.#epochs = epochs;
  }

  get reads(): StandbyReads {
    return { ...this.#reads };
  }

  /** @throws StandbyUnfit, or whatever else went wrong: in every case the primary is to be asked instead */
  async lookUpRows<Row extends pg.QueryResultRow>(accountId: string, statement: Prisma.Sql): Promise<Row[]> {
    const position = this.#epochs.primaryPosition;
    if (!position) throw new StandbyUnfit('Without a notification link, its state cannot be verified');
    if (performance.now() < this.#pausedUntil) throw new StandbyUnfit('It failed recently');
    const rows = await this.#read<Row>(accountId, statement, position);
    this.#note(rows ? 'answered' : 'behind');
    if (!rows) throw new StandbyUnfit('It is behind');
    return rows;
  }

  async #read<Row extends pg.QueryResultRow>(
    accountId: string,
    statement: Prisma.Sql,
    position: PrimaryPosition,
  ): Promise<Row[] | undefined> {
    try {
      return await this.#pool.readRows<Row>(accountId, statement, hasReached(position));
    } catch (error) {
      this.#pausedUntil = performance.now() + pause;
      this.#note('failed', error);
      throw error;
    }
  }

  /** Says so in the log when it begins to fail or fall behind, and when it answers again. */
  #note(outcome: keyof StandbyReads, error?: unknown): void {
    this.#reads[outcome] += 1;
    const isAnswering = outcome === 'answered';
    if (isAnswering === this.#isAnswering) return;
    this.#isAnswering = isAnswering;
    const reason = error instanceof Error ? error.message : 'it is behind, or no standby of the primary';
    if (isAnswering) this.#logger.log('The standby is available again');
    else this.#logger.warn(`The primary is read instead of the standby: ${reason}`);
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}

/** Of a statement that follows in the same transaction: at READ COMMITTED it sees what was replayed by then. */
function hasReached({ systemIdentifier, lsn }: PrimaryPosition): string {
  return `pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= '${lsn}'::pg_lsn
    AND (SELECT system_identifier FROM pg_control_system()) = ${systemIdentifier}`;
}
