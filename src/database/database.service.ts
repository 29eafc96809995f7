import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { ApiError } from '../common/errors.js';
import { Prisma, PrismaClient } from '../generated/prisma/client.js';
import { inSpan } from '../tracing/spans.js';
import { connectTimeout, type ConnectionTarget, enterRole } from './connection.js';
import { isUnavailable, isWriteConflict } from './database-errors.js';
import { TransactionTurns } from './transaction-turns.js';

/** A database transaction inside a scope. Everything that touches rows takes one, so nothing can slip past the scope. */
export type Transaction = Prisma.TransactionClient;

export interface TransactionOptions {
  /** Default: READ COMMITTED, PostgreSQL's own. */
  readonly isolationLevel?: Prisma.TransactionIsolationLevel;
}

/** Of spans. Source: OpenTelemetry's semantic conventions for databases. */
const SYSTEM = { 'db.system.name': 'postgresql' };

/** How often work is done again after a serialization failure or a deadlock. */
const attempts = 4;

/** Milliseconds from the start of a transaction to its forced rollback. */
const transactionTimeout = 15_000;

/** Milliseconds. Above PostgreSQL's own `statement_timeout`: acts when its answer gets lost on the way. */
const answerTimeout = 22_000;

/** Milliseconds after which an idle connection is asked whether it is still there. The system's default is two hours. */
const keepAliveDelay = 10_000;

/**
 * The only way to rows. Each call is one transaction whose scope row-level security enforces; outside of a scope every
 * table is empty. After the work succeeded and the transaction committed, the callbacks registered with `afterCommit`
 * run, in order, before the caller's promise resolves.
 *
 * The work may run more than once (write conflicts are retried), so it must have no effect but through its transaction.
 *
 * Errors: `ServiceUnavailable` when the database is unreachable, going down, or no connection is free in time. After
 * that error a commit may or may not have happened. All other errors pass through, rolled back.
 */
export class Database {
  readonly #pool: pg.Pool;
  readonly #client: PrismaClient;
  readonly #turns: TransactionTurns;
  readonly #running = new WeakMap<Transaction, Running>();

  /** Connects on first use. */
  constructor(target: ConnectionTarget, poolSize: number) {
    this.#turns = new TransactionTurns(poolSize);
    this.#pool = new pg.Pool({
      ...target.login,
      application_name: 'gatehouse',
      max: poolSize,
      connectionTimeoutMillis: connectTimeout,
      idleTimeoutMillis: 60_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: keepAliveDelay,
      query_timeout: answerTimeout,
      // node-postgres waits for the promise; its type declaration does not say so yet.
      onConnect: (client) => enterRole(client, target.role) as unknown as void,
    });
    // Losing an idle connection is no failure of any request; without a listener it would end the process. Prisma's own
    // listener is gone when its client is, before the pool has ended.
    this.#pool.on('error', () => undefined);
    this.#client = new PrismaClient({
      adapter: new PrismaPg(this.#pool),
      // Above the pool's own timeout, so that it is the pool that gives up first.
      transactionOptions: { maxWait: connectTimeout + 1_000, timeout: transactionTimeout },
    });
  }

  /**
   * Work on one account's rows. No other account's rows can be seen or written.
   *
   * @param accountId twelve digits
   */
  async forAccount<T>(
    accountId: string,
    work: (tx: Transaction) => Promise<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    return this.#run(accountScope(accountId), work, options);
  }

  /**
   * As `forAccount`, for a short read that waits for nothing but the database, such as filling a cache: it may begin
   * while another transaction waits for it. All others must not be begun within one another.
   */
  async lookUp<T>(accountId: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#runUntilDone(accountScope(accountId), work, {});
  }

  /**
   * One statement of a look-up, past the client that builds queries and planned once per connection: it takes a fraction of
   * the time. Numbers of eight bytes come as text.
   *
   * @param accountId twelve digits
   */
  async lookUpRows<Row extends pg.QueryResultRow>(accountId: string, statement: Prisma.Sql): Promise<Row[]> {
    return inSpan('look-up', SYSTEM, () => this.#readRows<Row>(accountId, statement));
  }

  async #readRows<Row extends pg.QueryResultRow>(accountId: string, statement: Prisma.Sql): Promise<Row[]> {
    const scope = accountScope(accountId);
    let client: pg.PoolClient | undefined;
    try {
      client = await this.#pool.connect();
      await client.query(`BEGIN READ ONLY; ${scopeStatement(scope)}`);
      const { text, values } = statement;
      const { rows } = await client.query<Row>({ name: nameOf(text), text, values });
      void endRead(client);
      return rows;
    } catch (error) {
      // Whatever the connection is in the middle of, nobody else shall be.
      client?.release(true);
      throw unavailableOr(error);
    }
  }

  /** A look-up of what belongs to the platform; see `lookUp` and `forPlatform`. */
  lookUpPlatform<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#runUntilDone({ accountId: '', scope: 'platform' }, work, {});
  }

  /** Work on what belongs to the platform: all rows of `accounts`, signing keys; no tenant's other rows. */
  forPlatform<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    return this.#run({ accountId: '', scope: 'platform' }, work, options);
  }

  /**
   * A part of a transaction that works on another account's rows, such as looking for the users that a trust policy
   * names. What the other account may learn or lose by it is for the caller to think through.
   *
   * @param accountId twelve digits
   */
  async inAccount<T>(tx: Transaction, accountId: string, work: () => Promise<T>): Promise<T> {
    return this.#inScope(tx, accountScope(accountId), work);
  }

  /** A part of a transaction that works on what belongs to the platform; see `forPlatform`. */
  inPlatform<T>(tx: Transaction, work: () => Promise<T>): Promise<T> {
    return this.#inScope(tx, { accountId: '', scope: 'platform' }, work);
  }

  async #inScope<T>(tx: Transaction, inner: Scope, work: () => Promise<T>): Promise<T> {
    const { scope } = this.#runningOf(tx);
    await enterScope(tx, inner);
    try {
      const result = await work();
      await enterScope(tx, scope);
      return result;
    } catch (error) {
      // After a failed statement PostgreSQL accepts no other: the transaction is lost, and its scope with it.
      await enterScope(tx, scope).catch(() => undefined);
      throw error;
    }
  }

  /** Has `callback` run when `tx` has committed, and never when it rolls back. It must not throw. */
  afterCommit(tx: Transaction, callback: () => void): void {
    this.#runningOf(tx).callbacks.push(callback);
  }

  /** Has `work` done as the last of `tx`, when all else has succeeded. If it fails, so does the transaction. */
  beforeCommit(tx: Transaction, work: () => Promise<void>): void {
    this.#runningOf(tx).lastSteps.push(work);
  }

  #runningOf(tx: Transaction): Running {
    const running = this.#running.get(tx);
    if (!running) throw new Error('Not a running transaction of this database');
    return running;
  }

  /** Resolves when the database answers; for readiness. */
  async ping(): Promise<void> {
    try {
      const question: pg.QueryConfig & { query_timeout: number } = { text: 'SELECT 1', query_timeout: connectTimeout };
      await this.#pool.query(question);
    } catch (error) {
      throw unavailableOr(error);
    }
  }

  /** Connections of the pool, and callers who wait for one. */
  get connections(): { readonly total: number; readonly idle: number; readonly waiting: number } {
    const { totalCount: total, idleCount: idle, waitingCount: waiting } = this.#pool;
    return { total, idle, waiting: waiting + this.#turns.waiting };
  }

  /** Waits for running transactions, then closes all connections. */
  async close(): Promise<void> {
    await this.#client.$disconnect();
    await this.#pool.end();
  }

  #run<T>(scope: Scope, work: (tx: Transaction) => Promise<T>, options: TransactionOptions): Promise<T> {
    return this.#turns.take(() => this.#runUntilDone(scope, work, options), connectTimeout, unavailable);
  }

  async #runUntilDone<T>(scope: Scope, work: (tx: Transaction) => Promise<T>, options: TransactionOptions): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await inSpan('transaction', SYSTEM, () => this.#runOnce(scope, work, options));
      } catch (error) {
        if (attempt === attempts || !isWriteConflict(error)) throw unavailableOr(error);
        // A random wait, so that two transactions in each other's way do not meet again.
        await pause(Math.random() * 20 * 2 ** attempt);
      }
    }
  }

  async #runOnce<T>(scope: Scope, work: (tx: Transaction) => Promise<T>, options: TransactionOptions): Promise<T> {
    const callbacks: (() => void)[] = [];
    const result = await this.#client.$transaction(async (tx) => {
      const lastSteps: (() => Promise<void>)[] = [];
      this.#running.set(tx, { callbacks, lastSteps, scope });
      try {
        await enterScope(tx, scope);
        const done = await work(tx);
        for (const step of lastSteps) await step();
        return done;
      } finally {
        this.#running.delete(tx);
      }
    }, options);
    for (const callback of callbacks) callback();
    return result;
  }
}

interface Scope {
  readonly accountId: string;
  readonly scope: 'account' | 'platform';
}

interface Running {
  /** After the commit. */
  readonly callbacks: (() => void)[];
  /** Before it. */
  readonly lastSteps: (() => Promise<void>)[];
  readonly scope: Scope;
}

function accountScope(accountId: string): Scope {
  if (!/^[0-9]{12}$/.test(accountId)) throw new TypeError('An account id has twelve digits');
  return { accountId, scope: 'account' };
}

/** What was read is known: nobody waits for the end. */
async function endRead(client: pg.PoolClient): Promise<void> {
  try {
    await client.query('COMMIT');
    client.release();
  } catch {
    client.release(true);
  }
}

/** Under which PostgreSQL keeps a statement's plan; there are as many as there are texts in the code. */
function nameOf(text: string): string {
  const name = statementNames.get(text) ?? createHash('sha256').update(text).digest('base64url').slice(0, 32);
  statementNames.set(text, name);
  return name;
}

const statementNames = new Map<string, string>();

/** For a connection of one's own, in a transaction. */
function scopeStatement({ accountId, scope }: Scope): string {
  const [id, name] = [pg.escapeLiteral(accountId), pg.escapeLiteral(scope)];
  return `SELECT set_config('gatehouse.account_id', ${id}, true), set_config('gatehouse.scope', ${name}, true)`;
}

/** `true`: until the end of the transaction, so that a pooled connection carries no scope into the next one. */
async function enterScope(tx: Transaction, { accountId, scope }: Scope): Promise<void> {
  await tx.$queryRaw`SELECT set_config('gatehouse.account_id', ${accountId}, true),
                            set_config('gatehouse.scope', ${scope}, true)`;
}

function unavailableOr(error: unknown): unknown {
  if (!isUnavailable(error)) return error;
  const failure = unavailable();
  failure.cause = error;
  return failure;
}

function unavailable(): ApiError {
  return new ApiError('ServiceUnavailable', 'The database is not available at the moment. Try again shortly.');
}
