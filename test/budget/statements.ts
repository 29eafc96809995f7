import type pg from 'pg';

export const MANAGED_POLICY_CHARACTERS = 6144;

/** SQL of the nth row of a kind. */
export const id = (prefix: string, kind: string) => `'${prefix}' || upper(left(md5('${kind}' || n), 17))`;
export const name = (letter: string, length: number) => `rpad('${letter}' || n, ${length}, 'x')`;
/** The prefix of the services that fill the platform; patterns of `manyActions` examine every character of it. */
export const ACTION = `rpad('Action' || action, 128, 'ab')`;

export type Statement = readonly [sql: string, ...values: unknown[]];

export async function run(database: pg.ClientBase, statements: readonly Statement[]): Promise<void> {
  for (const [sql, ...values] of statements) {
    // The types of parameters cannot be inferred if they are used with several types.
    await database.query(sql.replaceAll(/\$\d+/g, '$&::text'), values);
  }
  await database.query('ANALYZE');
}
