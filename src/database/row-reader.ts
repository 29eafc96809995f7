import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Prisma } from '../generated/prisma/client.js';
import { inSpan } from '../tracing/spans.js';
import { accountScope, scopeStatement } from './scope.js';

/** Of spans. Source: OpenTelemetry's semantic conventions for databases. */
export const SYSTEM = { 'db.system.name': 'postgresql' };

/** Where rows are read without a transaction of one's own: the primary, or a standby of it. */
export interface RowReader {
  /**
   * One statement of a look-up, past the client that builds queries, planned once per connection, and in one round trip: it
   * takes a fraction of the time. Numbers of eight bytes come as text.
   *
   * @param accountId twelve digits
   */
  lookUpRows<Row extends pg.QueryResultRow>(accountId: string, statement: Prisma.Sql): Promise<Row[]>;
}

/**
 * Reads within one account's scope.
 *
 * @param condition SQL of a boolean, which is asked before the statement
 * @returns undefined when the condition does not hold
 */
export function readRows<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  accountId: string,
  statement: Prisma.Sql,
  condition = 'true',
): Promise<Row[] | undefined> {
  return inSpan('look-up', SYSTEM, () => readOnce<Row>(pool, accountId, statement, condition));
}

async function readOnce<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  accountId: string,
  { text, values }: Prisma.Sql,
  condition: string,
): Promise<Row[] | undefined> {
  const scope = scopeStatement(accountScope(accountId));
  const client = await pool.connect();
  try {
    // All is sent before the first answer is waited for: one round trip. What was read in vain is thrown away.
    const [isReadable, { rows }] = await Promise.all([
      holds(client, `BEGIN READ ONLY; ${scope}; SELECT (${condition}) AS holds`),
      client.query<Row>({ name: nameOf(text), text, values }),
      client.query('COMMIT'),
    ]);
    client.release();
    return isReadable ? rows : undefined;
  } catch (error) {
    // Whatever the connection is in the middle of, nobody else shall be.
    client.release(true);
    throw error;
  }
}

/** node-postgres gives one result for each of several statements. */
async function holds(client: pg.PoolClient, statements: string): Promise<boolean> {
  const results = (await client.query(statements)) as unknown as pg.QueryResult<{ holds: boolean | null }>[];
  return results.at(-1)?.rows[0]?.holds === true;
}

/** Under which PostgreSQL keeps a statement's plan; there are as many as there are texts in the code. */
function nameOf(text: string): string {
  const name = statementNames.get(text) ?? createHash('sha256').update(text).digest('base64url').slice(0, 32);
  statementNames.set(text, name);
  return name;
}

const statementNames = new Map<string, string>();
