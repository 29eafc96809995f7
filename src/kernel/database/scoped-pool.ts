import { createHash } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import type { Prisma } from '../../generated/prisma/client.js';
import { inSpan } from '../tracing/spans.js';
import { type ConnectionTarget, setLimits } from './connection.js';
import { SYSTEM } from './row-reader.js';
import { accountScope, enterRoleAndScope, platformScope } from './scope.js';
import { ScopedAdapterFactory } from './scoped-adapter.js';

/** Milliseconds after which TCP keep-alive checks an idle connection. The system's default is two hours. */
const keepAliveDelay = 10_000;

type Limits = Pick<pg.PoolConfig, 'max' | 'connectionTimeoutMillis' | 'query_timeout'>;

/**
 * A pool on which every transaction first sets the server's role and a scope. INVARIANT: the pool itself is private, so
 * nothing else runs on its connections.
 */
export class ScopedPool {
  readonly #pool: pg.Pool;
  readonly #role: string | undefined;

  /** @param limits of connections, and milliseconds for connecting and for the response to a statement */
  constructor({ login, role }: ConnectionTarget, limits: Limits) {
    this.#role = role;
    this.#pool = createPool(login, limits);
  }

  /** For Prisma's client. */
  adapter(): ScopedAdapterFactory {
    return new ScopedAdapterFactory(new PrismaPg(this.#pool));
  }

  /**
   * Reads in one account's scope.
   *
   * @param condition SQL of a boolean, which is evaluated before the statement
   * @returns undefined if the condition is false
   */
  readRows<Row extends pg.QueryResultRow>(
    accountId: string,
    statement: Prisma.Sql,
    condition = 'true',
  ): Promise<Row[] | undefined> {
    return inSpan('look-up', SYSTEM, () => this.#readOnce<Row>(accountId, statement, condition));
  }

  async #readOnce<Row extends pg.QueryResultRow>(
    accountId: string,
    { text, values }: Prisma.Sql,
    condition: string,
  ): Promise<Row[] | undefined> {
    const entry = enterRoleAndScope(this.#role, accountScope(accountId));
    const client = await this.#pool.connect();
    try {
      // Everything is sent before the first response is awaited: one round trip. Rows that are not needed are
      // discarded. If the role cannot be set, PostgreSQL refuses the rest of the transaction.
      const [isReadable, { rows }] = await Promise.all([
        holds(client, `BEGIN READ ONLY; ${entry}; SELECT (${condition}) AS holds`),
        client.query<Row>({ name: nameOf(text), text, values }),
        client.query('COMMIT'),
      ]);
      client.release();
      return isReadable ? rows : undefined;
    } catch (error) {
      // The state of the connection is unknown, so it must not be reused.
      client.release(true);
      throw error;
    }
  }

  /** Resolves when the database answers a transaction in the server's role. @param timeout milliseconds */
  async ping(timeout: number): Promise<void> {
    const question: pg.QueryConfig & { query_timeout: number } = {
      text: `BEGIN READ ONLY; ${enterRoleAndScope(this.#role, platformScope)}; SELECT 1; COMMIT`,
      query_timeout: timeout,
    };
    await this.#pool.query(question);
  }

  /** The number of connections, and of callers that wait for one. */
  get connections(): { readonly total: number; readonly idle: number; readonly waiting: number } {
    const { totalCount: total, idleCount: idle, waitingCount: waiting } = this.#pool;
    return { total, idle, waiting };
  }

  /** Closes all connections. */
  async end(): Promise<void> {
    await this.#pool.end();
  }
}

/** node-postgres waits for the promise; the type that it declares has no room for one. */
const onConnect: (client: pg.ClientBase) => unknown = setLimits;

function createPool(login: pg.ClientConfig, limits: Limits): pg.Pool {
  const pool = new pg.Pool({
    ...login,
    application_name: 'gatehouse',
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    // Queries that do not depend on each other are sent together.
    pipeline: true,
    keepAliveInitialDelayMillis: keepAliveDelay,
    onConnect,
    ...limits,
  });
  // Losing an idle connection does not affect a request, but without a listener it would end the process. Prisma
  // removes its own listener when its client is closed, before the pool has ended.
  pool.on('error', () => undefined);
  // The same applies to a busy connection: its query fails separately.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** node-postgres returns one result per statement. */
async function holds(client: pg.PoolClient, statements: string): Promise<boolean> {
  const results = [await client.query<{ holds: boolean | null }>(statements)].flat();
  return results.at(-1)?.rows[0]?.holds === true;
}

/** The name of a prepared statement. There are as many as texts in the code. */
function nameOf(text: string): string {
  const name = statementNames.get(text) ?? createHash('sha256').update(text).digest('base64url').slice(0, 32);
  statementNames.set(text, name);
  return name;
}

const statementNames = new Map<string, string>();
