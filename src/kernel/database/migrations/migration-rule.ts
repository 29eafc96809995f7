/** Migrations up to this one precede the first release: no other version ran at the same time. */
const BASELINE = '20261125160000';

/** Statements that break the previous version, which still runs on the same database, or that block it. */
const rules: readonly (readonly [pattern: RegExp, problem: string])[] = [
  [/^DROP (?:TABLE|TYPE|VIEW|FUNCTION)\b/, 'removes what the previous version still uses'],
  [/^ALTER TABLE .*\bDROP COLUMN\b/, 'removes a column that the previous version still uses'],
  [
    /^ALTER (?:TABLE|TYPE) .*\bRENAME\b/,
    'renames what the previous version still uses: add the new name, copy, drop later',
  ],
  [/^ALTER TABLE .*\bALTER COLUMN \S+ (?:SET DATA )?TYPE\b/, 'rewrites the table under a lock: add a column instead'],
  [/^ALTER TABLE .*\bSET NOT NULL\b/, 'refuses what the previous version writes: add a CHECK … NOT VALID first'],
  [
    /^ALTER TABLE .*\bADD COLUMN (?!.*\bDEFAULT\b).*\bNOT NULL\b/,
    'adds a column that the previous version does not fill',
  ],
  [/^(?:TRUNCATE|LOCK|CLUSTER|VACUUM)\b/, 'blocks everything else'],
  [/^(?:UPDATE|DELETE)\b(?!.*\bWHERE\b)/, 'changes every row in one transaction: do it in parts'],
];

/** Permitted on a table that the same migration creates. */
const rulesOfOldTables: readonly (readonly [pattern: RegExp, problem: string])[] = [
  [/^CREATE (?:UNIQUE )?INDEX (?:IF NOT EXISTS )?\S+ ON (?:ONLY )?([^\s(]+)/, 'blocks writes while the index is built'],
  [
    /^ALTER TABLE (?:ONLY )?(\S+) .*\bADD (?:CONSTRAINT \S+ )?(?:FOREIGN KEY|CHECK)\b(?!.*\bNOT VALID\b)/,
    'checks every row under a lock: add it NOT VALID, and VALIDATE it in a later migration',
  ],
  [
    /^ALTER TABLE (?:ONLY )?(\S+) .*\bADD (?:CONSTRAINT \S+ )?(?:UNIQUE|PRIMARY KEY|EXCLUDE)\b/,
    'blocks writes while its index is built',
  ],
];

/** `-- allowed: …`, on a separate line before the statement, states why it is harmless. */
const EXCUSE = /^--\s*allowed:\s*\S/;

/**
 * The rule for migrations without downtime (docs/operating.md): the previous version continues to work during and after
 * a migration. A migration only adds; what is no longer used is removed one release later.
 *
 * @param name of the migration's folder
 * @returns descriptions of the violations; empty if there are none
 */
export function migrationProblems(name: string, sql: string): string[] {
  if (name.slice(0, BASELINE.length) <= BASELINE) return [];
  const statements = statementsOf(sql).filter(({ isExcused }) => !isExcused);
  const made = new Set(
    statements.flatMap(({ text }) => /^CREATE TABLE (?:IF NOT EXISTS )?([^\s(]+)/i.exec(text)?.[1] ?? []),
  );
  return statements.flatMap(({ text }) => {
    const problem = problemOf(text, made);
    return problem === undefined ? [] : [`${text.slice(0, 100)} … ${problem}`];
  });
}

function problemOf(statement: string, made: ReadonlySet<string>): string | undefined {
  const found = rules.find(([pattern]) => insensitive(pattern).test(statement));
  if (found) return found[1];
  for (const [pattern, problem] of rulesOfOldTables) {
    const table = insensitive(pattern).exec(statement)?.[1];
    if (table !== undefined && !made.has(table)) return problem;
  }
  return undefined;
}

function insensitive(pattern: RegExp): RegExp {
  return new RegExp(pattern, 'is');
}

/** Each statement on one line, without comments and without bodies between dollar quotes. */
function statementsOf(sql: string): { readonly text: string; readonly isExcused: boolean }[] {
  const withoutBodies = sql.replace(/(\$\w*\$).*?\1/gs, "''");
  const statements: { text: string; isExcused: boolean }[] = [];
  let lines: string[] = [];
  let isExcused = false;
  for (const line of withoutBodies.split('\n')) {
    const trimmed = line.trim();
    if (lines.length === 0 && EXCUSE.test(trimmed)) isExcused = true;
    if (trimmed === '' || trimmed.startsWith('--')) continue;
    lines.push(trimmed);
    if (!trimmed.endsWith(';')) continue;
    statements.push({ text: lines.join(' ').replace(/\s+/g, ' '), isExcused });
    lines = [];
    isExcused = false;
  }
  return lines.length === 0 ? statements : [...statements, { text: lines.join(' '), isExcused }];
}
