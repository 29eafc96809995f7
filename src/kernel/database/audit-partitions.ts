import type pg from 'pg';

/** Two months in addition to the current one: the time to notice that maintenance fails. */
const MONTHS_AHEAD = 2;

/** @param client logged in as the owner of the tables */
export async function makeAuditPartitions(client: pg.Client): Promise<void> {
  await client.query('SELECT gatehouse_make_audit_partitions($1)', [MONTHS_AHEAD]);
}
