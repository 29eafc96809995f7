/**
 * Parses what clients send to PostgreSQL, and finds statements that run without the server's role and a scope. Source:
 * PostgreSQL, "Message Formats" (frontend: Query, Parse, Bind).
 */
export interface StatementWatch {
  /** The data that one connection sends, in any pieces. */
  newLine(): (data: Buffer) => void;
  /** Statements that broke the rule. */
  readonly violations: readonly string[];
  /** Transactions that began and set their role and scope. */
  readonly transactions: number;
}

/** Statements that are permitted outside of a transaction: they access no rows. */
const harmless = [
  /^SET (statement_timeout|idle_in_transaction_session_timeout) = '\d+s'$/,
  /^LISTEN "gatehouse_[\w-]+"$/,
  // Of PgBouncer.
  /^SET (application_name|client_encoding|datestyle|timezone|standard_conforming_strings|intervalstyle)\b/i,
  /^DISCARD ALL$/,
];

/** Statements that may precede the role: Prisma's isolation level. */
const beforeTheRole = /^SET TRANSACTION ISOLATION LEVEL /;
const ending = /^(COMMIT|ROLLBACK)$/;
const entry = [
  /^SET LOCAL ROLE "gatehouse_server_\d+"$/,
  /^SET LOCAL gatehouse\.account_id = '(\d{12})?'$/,
  /^SET LOCAL gatehouse\.scope = '(account|platform)'$/,
];
/** Resets the role. */
const leaving = /^(RESET|DISCARD|SET (SESSION|ROLE|LOCAL ROLE|LOCAL SESSION))\b|set_config\('role'/i;

export function watchStatements(): StatementWatch {
  const violations: string[] = [];
  let transactions = 0;

  const newTransactionCheck = () => {
    /** The number of `entry` statements so far; undefined: no transaction. */
    let entered: number | undefined;
    return (statement: string) => {
      if (entered === undefined) {
        if (/^BEGIN\b/.test(statement)) entered = 0;
        else if (!harmless.some((pattern) => pattern.test(statement))) violations.push(`outside: ${statement}`);
      } else if (ending.test(statement)) {
        entered = undefined;
      } else if (entered < entry.length) {
        if (entry[entered]!.test(statement)) entered += 1;
        else if (entered > 0 || !beforeTheRole.test(statement)) violations.push(`before the scope: ${statement}`);
        if (entered === entry.length) transactions += 1;
      } else if (leaving.test(statement)) {
        violations.push(`leaves the role: ${statement}`);
      }
    };
  };

  return {
    violations,
    get transactions() {
      return transactions;
    },
    newLine() {
      const check = newTransactionCheck();
      const prepared = new Map<string, string>();
      let rest = Buffer.alloc(0);
      let hasStarted = false;
      return (data) => {
        rest = Buffer.concat([rest, data]);
        for (;;) {
          // The first message has no type.
          const typeBytes = hasStarted ? 1 : 0;
          if (rest.length < typeBytes + 4) return;
          const end = typeBytes + rest.readInt32BE(typeBytes);
          if (rest.length < end) return;
          const type = hasStarted ? String.fromCharCode(rest[0]!) : '';
          const strings = rest
            .subarray(typeBytes + 4, end)
            .toString('utf8')
            .split('\0');
          rest = rest.subarray(end);
          hasStarted = true;
          if (type === 'Q') for (const statement of statementsOf(strings[0]!)) check(statement);
          if (type === 'P') prepared.set(strings[0]!, strings[1]!);
          if (type === 'B') check(prepared.get(strings[1]!) ?? `unknown prepared statement ${strings[1]!}`);
        }
      };
    },
  };
}

/** For a simple query. Gatehouse's statements contain no semicolons. */
function statementsOf(text: string): string[] {
  return text
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
