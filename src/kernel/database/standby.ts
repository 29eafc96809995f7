import { Logger } from '@nestjs/common';
import type pg from 'pg';
import type { Prisma } from '../../generated/prisma/client.js';
import type { ConnectionTarget } from './connection.js';
import type { PolicyEpochs, PrimaryPosition } from './policy-epochs.js';
import { type RowReader } from './row-reader.js';
import { ScopedPool } from './scoped-pool.js';

/** Milliseconds. After that, the primary is read. */
const patience = 1_000;

/** Milliseconds during which a standby is not used after a failure. */
const pause = 5_000;

/** Number of reads by outcome. `behind`: the standby had not reached the primary's position at the last heartbeat. */
export type StandbyReads = Readonly<Record<'answered' | 'behind' | 'failed', number>>;

/** The standby cannot be used now; the primary can. */
class StandbyUnfit extends Error {
  override readonly name = 'StandbyUnfit';
}

/**
 * A standby of the primary database (streaming replication), read to reduce the load of the primary.
 *
 * INVARIANT: it is used only if it has at least everything that was committed before the last heartbeat of the
 * notification link, at most three seconds ago. Later changes send notifications, with which the reader compares its
 * result. A server that is not a standby, or that belongs to another primary, is never used.
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

  /** @throws StandbyUnfit, or any other error: in every case the primary must be read instead */
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

  /** Logs when the standby starts to fail or fall behind, and when it is available again. */
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

/** For a statement that follows in the same transaction: at READ COMMITTED it sees what was replayed by then. */
function hasReached({ systemIdentifier, lsn }: PrimaryPosition): string {
  return `pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= '${lsn}'::pg_lsn
    AND (SELECT system_identifier FROM pg_control_system()) = ${systemIdentifier}`;
}
