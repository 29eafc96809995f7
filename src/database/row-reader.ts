import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Prisma } from '../generated/prisma/client.js';
import { accountScope, scopeStatement } from './scope.js';

/** Where rows are read without a transaction of one's own: the primary, or a standby of it. */
export interface RowReader {
  /**
   * One statement of a look-up, past the client that builds queries and planned once per connection: it takes a fraction of
   * the time. Numbers of eight bytes come as text.
   *
   * @param accountId twelve digits
   */
  lookUpRows<Row extends pg.QueryResultRow>(accountId: string, statement: Prisma.Sql): Promise<Row[]>;
}

/**
 * Reads within one account's scope.
 *
 * @param condition SQL of a boolean; where it does not hold nothing is read
 * @returns undefined when the condition does not hold
 */
export async function readRows<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  accountId: string,
  { text, values }: Prisma.Sql,
  condition?: string,
): Promise<Row[] | undefined> {
  const scope = scopeStatement(accountScope(accountId));
  let client: pg.PoolClient | undefined;
  try {
    client = await pool.connect();
    if (condition === undefined) await client.query(`BEGIN READ ONLY; ${scope}`);
    else if (!(await holds(client, `BEGIN READ ONLY; ${scope}; SELECT (${condition}) AS holds`))) {
      void endRead(client);
      return undefined;
    }
    const { rows } = await client.query<Row>({ name: nameOf(text), text, values });
    void endRead(client);
    return rows;
  } catch (error) {
    // Whatever the connection is in the middle of, nobody else shall be.
    client?.release(true);
    throw error;
  }
}

/** node-postgres gives one result for each of several statements. */
async function holds(client: pg.PoolClient, statements: string): Promise<boolean> {
  const results = (await client.query(statements)) as unknown as pg.QueryResult<{ holds: boolean | null }>[];
  return results.at(-1)?.rows[0]?.holds === true;
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
