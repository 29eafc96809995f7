import { allAccounts } from '../../kernel/database/command-database.js';
import type { Database, Transaction } from '../../kernel/database/database.service.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { SecretBox } from '../../kernel/secrets/secret-box.js';
import { type SealedColumn, sealedColumns } from './sealed-columns.js';

const ROWS_AT_A_TIME = 500;
/** If a column still has rows with another key after this many batches, a server keeps sealing them with that key. */
const MAXIMUM_BATCHES = 10_000;

type Sealed = Record<string, string> & { sealed: Uint8Array };

/**
 * Reseals everything that is not sealed with the current master key, account by account, in small transactions, while
 * the servers run. After an interruption, the same call continues with the rest.
 *
 * @param advanced is called with the number of completed accounts
 * @returns the number of resealed secrets
 * @throws MasterKeyError if a secret was sealed with an unknown key; nothing of its batch is changed
 */
export async function rotateMasterKey(
  database: Database,
  secrets: SecretBox,
  advanced: (done: number, all: number) => void,
): Promise<number> {
  const isTenants = ({ key }: SealedColumn) => key[0] === 'account_id';
  const all = await database.forPlatform((tx) => tx.account.count());
  let resealed = 0;
  for (const column of sealedColumns.filter((each) => !isTenants(each))) {
    resealed += await resealColumn((work) => database.forPlatform(work), secrets, column, undefined);
  }
  let done = 0;
  for await (const accountId of allAccounts(database)) {
    for (const column of sealedColumns.filter(isTenants)) {
      resealed += await resealColumn((work) => database.forAccount(accountId, work), secrets, column, accountId);
    }
    advanced(++done, Math.max(done, all));
  }
  return resealed;
}

async function resealColumn(
  inScope: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>,
  secrets: SecretBox,
  column: SealedColumn,
  accountId: string | undefined,
): Promise<number> {
  let resealed = 0;
  for (let batch = 0; batch < MAXIMUM_BATCHES; batch++) {
    const { found, changed, left } = await inScope((tx) => resealBatch(tx, secrets, column, accountId));
    resealed += changed;
    if (found < ROWS_AT_A_TIME && changed + left === found) return resealed;
  }
  throw new Error(`Rows of ${column.table} are repeatedly encrypted with another key. Restart all servers first.`);
}

/** Names of tables and columns come only from `sealedColumns`. */
async function resealBatch(
  tx: Transaction,
  secrets: SecretBox,
  { table, column, key, also = {}, owner, renew = (secret) => secret, isEvidence = false }: SealedColumn,
  accountId: string | undefined,
): Promise<{ found: number; changed: number; left: number }> {
  const members = [...key, ...Object.entries(also).map(([name, sql]) => `${sql} AS ${name}`)].join(', ');
  const rows = await tx.$queryRaw<Sealed[]>`
    SELECT ${Prisma.raw(members)}, ${Prisma.raw(column)} AS sealed FROM ${Prisma.raw(table)} AS sealed
    WHERE substring(${Prisma.raw(column)} FROM 2 FOR 4) <> ${secrets.keyId}
      ${accountId === undefined ? Prisma.empty : Prisma.sql`AND account_id = ${accountId}::bpchar`}
    LIMIT ${ROWS_AT_A_TIME}`;
  let changed = 0;
  let left = 0;
  for (const row of rows) {
    let secret: Buffer;
    try {
      secret = renew(secrets.open(row.sealed, owner(row)));
    } catch (error) {
      // An unknown key is a mistake of the operator.
      if (!isEvidence || (error instanceof Error && error.name === 'MasterKeyError')) throw error;
      left += 1;
      continue;
    }
    const resealed = secrets.seal(secret, owner(row));
    const isRow = Prisma.join(
      key.map((name) => Prisma.sql`${Prisma.raw(name)} = ${row[name]}`),
      ' AND ',
    );
    // A server may have sealed a newer value in the meantime, which must be kept.
    changed += await tx.$executeRaw`
      UPDATE ${Prisma.raw(table)} SET ${Prisma.raw(column)} = ${resealed}
      WHERE ${isRow} AND ${Prisma.raw(column)} = ${row.sealed}`;
  }
  return { found: rows.length, changed, left };
}
