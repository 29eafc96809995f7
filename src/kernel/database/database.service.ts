import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { ApiError } from '../errors/errors.js';
import { Prisma, PrismaClient } from '../../generated/prisma/client.js';
import { inSpan } from '../tracing/spans.js';
import { connectTimeout, type ConnectionTarget } from './connection.js';
import { isUnavailable, isWriteConflict } from './database-errors.js';
import { ScopedPool } from './scoped-pool.js';
import { type RowReader, SYSTEM } from './row-reader.js';
import { accountScope, enterRoleAndScope, enterScope, platformScope, type Scope } from './scope.js';
import { TransactionTurns } from './transaction-turns.js';

/** A database transaction in a scope. All code that accesses rows requires one, so the scope cannot be bypassed. */
export type Transaction = Prisma.TransactionClient;

export interface TransactionOptions {
  /** Default: READ COMMITTED, as in PostgreSQL. */
  readonly isolationLevel?: Prisma.TransactionIsolationLevel;
}

/** Maximum number of attempts after serialization failures or deadlocks. */
const attempts = 4;

/** Milliseconds from the start of a transaction to its forced rollback. */
const transactionTimeout = 15_000;

/** Milliseconds. Longer than PostgreSQL's `statement_timeout`: takes effect if the response is lost. */
const answerTimeout = 22_000;

/**
 * The only access to rows. Each call is one transaction that sets the server's role and a scope, which row-level
 * security enforces; statements outside of it are refused (ScopedAdapterFactory). After the commit, the callbacks
 * registered with `afterCommit` run in order, before the caller's promise resolves. See README.md.
 *
 * The work may run more than once (write conflicts are retried), so it must have no effect except through its
 * transaction.
 *
 * Errors: `ServiceUnavailable` if the database is unreachable or shutting down, or no connection becomes free in time.
 * After that error, the commit may or may not have happened. After all other errors, the transaction is rolled back.
 */
export class Database implements RowReader {
  readonly #role: string | undefined;
  readonly #pool: ScopedPool;
  readonly #client: PrismaClient;
  readonly #turns: TransactionTurns;
  readonly #running = new WeakMap<Transaction, Running>();

  /** Connects on first use. */
  constructor(target: ConnectionTarget, poolSize: number) {
    this.#turns = new TransactionTurns(poolSize);
    this.#role = target.role;
    this.#pool = new ScopedPool(target, {
      max: poolSize,
      connectionTimeoutMillis: connectTimeout,
      query_timeout: answerTimeout,
    });
    this.#client = new PrismaClient({
      adapter: this.#pool.adapter(),
      // Longer than the pool's own timeout, so that the pool's takes effect first.
      transactionOptions: { maxWait: connectTimeout + 1_000, timeout: transactionTimeout },
    });
  }

  /**
   * Runs work on one account's rows. Rows of other accounts can be neither read nor written.
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
   * Like `forAccount`, for a short read that waits only for the database, such as loading into a cache. It may run
   * while another transaction waits for it. All other transactions must not be nested.
   */
  async lookUp<T>(accountId: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#runUntilDone(accountScope(accountId), work, {});
  }

  async lookUpRows<Row extends pg.QueryResultRow>(accountId: string, statement: Prisma.Sql): Promise<Row[]> {
    try {
      return (await this.#pool.readRows<Row>(accountId, statement)) ?? [];
    } catch (error) {
      throw unavailableOr(error);
    }
  }

  /** A look-up of platform data; see `lookUp` and `forPlatform`. */
  lookUpPlatform<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#runUntilDone(platformScope, work, {});
  }

  /** Runs work on platform data: all rows of `accounts`, signing keys; no other rows of tenants. */
  forPlatform<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    return this.#run(platformScope, work, options);
  }

  /**
   * Runs a part of a transaction on another account's rows, such as looking up the users in a trust policy. The caller
   * must consider what the other account may reveal or lose.
   *
   * @param accountId twelve digits
   */
  async inAccount<T>(tx: Transaction, accountId: string, work: () => Promise<T>): Promise<T> {
    return this.#inScope(tx, accountScope(accountId), work);
  }

  /** Runs a part of a transaction on platform data; see `forPlatform`. */
  inPlatform<T>(tx: Transaction, work: () => Promise<T>): Promise<T> {
    return this.#inScope(tx, platformScope, work);
  }

  async #inScope<T>(tx: Transaction, inner: Scope, work: () => Promise<T>): Promise<T> {
    const running = this.#runningOf(tx);
    const outer = running.scope;
    if (isSame(inner, outer)) return work();
    const enter = async (scope: Scope) => {
      await tx.$executeRawUnsafe(enterScope(scope));
      running.scope = scope;
    };
    await enter(inner);
    try {
      const result = await work();
      await enter(outer);
      return result;
    } catch (error) {
      // After a failed statement PostgreSQL accepts no further ones: the transaction fails, and its scope with it.
      await enter(outer).catch(() => undefined);
      throw error;
    }
  }

  /** Runs `callback` after `tx` has committed, and never if it rolls back. It must not throw. */
  afterCommit(tx: Transaction, callback: () => void): void {
    this.#runningOf(tx).callbacks.push(callback);
  }

  /** Runs `work` as the last step of `tx`, after everything else has succeeded. If it fails, the transaction fails. */
  beforeCommit(tx: Transaction, work: () => Promise<void>): void {
    this.#runningOf(tx).lastSteps.push(work);
  }

  #runningOf(tx: Transaction): Running {
    const running = this.#running.get(tx);
    if (!running) throw new Error('Not a running transaction of this database');
    return running;
  }

  /** Resolves when the database answers a transaction in the server's role; for readiness. */
  async ping(): Promise<void> {
    try {
      await this.#pool.ping(connectTimeout);
    } catch (error) {
      throw unavailableOr(error);
    }
  }

  /** Connections of the pool, and callers that wait for one. */
  get connections(): { readonly total: number; readonly idle: number; readonly waiting: number } {
    const { waiting, ...connections } = this.#pool.connections;
    return { ...connections, waiting: waiting + this.#turns.waiting };
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
        // A random delay, so that conflicting transactions do not conflict again.
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
        await tx.$executeRawUnsafe(enterRoleAndScope(this.#role, scope));
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

interface Running {
  /** After the commit. */
  readonly callbacks: (() => void)[];
  /** Before it. */
  readonly lastSteps: (() => Promise<void>)[];
  /** The current scope. */
  scope: Scope;
}

function isSame(left: Scope, right: Scope): boolean {
  return left.scope === right.scope && left.accountId === right.accountId;
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
