import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { CommandError } from './command-error.js';

type Tool = 'pg_dump' | 'pg_restore';

/** @throws CommandError if the tool is missing, or is older than the server and would refuse to work with it */
export async function requireTool(tool: Tool, client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ number: string }>(`SELECT current_setting('server_version_num') AS number`);
  const server = Math.floor(Number(rows[0]!.number) / 10_000);
  const { stdout } = spawnSync(tool, ['--version'], { encoding: 'utf8' });
  const found = Number(/\(PostgreSQL\) (\d+)/.exec(stdout ?? '')?.[1] ?? 0);
  if (found >= server) return;
  const there = found === 0 ? 'none is installed' : `the installed version is ${found}`;
  throw new CommandError(
    'This command requires ' +
      `${tool} of PostgreSQL ${server} or later on the PATH; ${there}. Debian: apt-get install ` +
      `postgresql-client-${server}.`,
  );
}

/**
 * Runs a tool with the database of a connected client. The login is passed in the environment, because all users of the
 * machine can see arguments.
 *
 * @param said is called with each line of progress
 * @throws CommandError with the tool's error message
 */
export async function runTool(
  tool: Tool,
  words: readonly string[],
  { host, port, user, password, database }: pg.Client,
  said: (line: string) => void,
): Promise<void> {
  const env = {
    ...process.env,
    PGHOST: host,
    PGPORT: String(port),
    PGUSER: user,
    PGPASSWORD: typeof password === 'string' ? password : '',
    PGDATABASE: database,
  };
  const child = spawn(tool, ['--verbose', ...words], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const last: string[] = [];
  const lines = createInterface({ input: child.stderr });
  lines.on('line', (line) => {
    said(line);
    last.push(line);
    if (last.length > 5) last.shift();
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new CommandError(`${tool} failed:\n${last.join('\n')}`);
}
