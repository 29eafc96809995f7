import { Prisma } from '../../generated/prisma/client.js';
import type { Transaction } from '../../kernel/database/database.service.js';

/** The tables that outlive an account: its own row, as a tombstone, and its audit log. */
const KEPT = /^(accounts|audit_.*)$/;

interface Reference {
  /** The table with the foreign key, whose rows are deleted first. */
  readonly child: string;
  readonly parent: string;
}

/**
 * Deletes all rows of an account from all tenant tables. The list of tables comes from the database, so a table that is
 * added later cannot be forgotten.
 *
 * @param tx in the scope of the account
 */
export async function deleteTenantRows(tx: Transaction, accountId: string): Promise<void> {
  const tables = await tx.$queryRaw<{ name: string }[]>`
    SELECT relation.relname::text AS name
    FROM pg_class AS relation
    JOIN pg_attribute AS attribute ON attribute.attrelid = relation.oid AND attribute.attname = 'account_id'
    WHERE relation.relnamespace = current_schema()::regnamespace AND relation.relkind IN ('r', 'p')
      AND NOT relation.relispartition AND NOT attribute.attisdropped`;
  const references = await tx.$queryRaw<Reference[]>`
    SELECT child.relname::text AS child, parent.relname::text AS parent
    FROM pg_constraint AS reference
    JOIN pg_class AS child ON child.oid = reference.conrelid
    JOIN pg_class AS parent ON parent.oid = reference.confrelid
    WHERE reference.contype = 'f' AND child.oid <> parent.oid
      AND reference.connamespace = current_schema()::regnamespace`;
  const names = tables.map(({ name }) => name).filter((name) => !KEPT.test(name));
  for (const name of childrenFirst(names, references)) {
    await tx.$executeRaw`DELETE FROM ${Prisma.raw(`"${name}"`)} WHERE account_id = ${accountId}::bpchar`;
  }
}

/** An order in which every table comes before the tables that it references. */
export function childrenFirst(names: readonly string[], references: readonly Reference[]): string[] {
  const ordered: string[] = [];
  let remaining = [...names].sort();
  while (remaining.length > 0) {
    const parents = new Set(references.filter(({ child }) => remaining.includes(child)).map(({ parent }) => parent));
    const free = remaining.filter((name) => !parents.has(name));
    if (free.length === 0) throw new Error(`Tables have circular references: ${remaining.join(', ')}`);
    ordered.push(...free);
    remaining = remaining.filter((name) => parents.has(name));
  }
  return ordered;
}
