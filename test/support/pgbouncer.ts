import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './ports.js';
import { runDirectory } from './run-directory.js';

/** A real PgBouncer between servers and their PostgreSQL. */
export interface PgBouncer {
  /** For `DATABASE_URL`. */
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

type PoolMode = 'session' | 'transaction' | 'statement';

export function hasPgBouncer(): boolean {
  return spawnSync('pgbouncer', ['--version']).status === 0;
}

/** @param databaseUrl over TCP */
export async function startPgBouncer(databaseUrl: string, poolMode: PoolMode, poolSize = 30): Promise<PgBouncer> {
  const { hostname, port: databasePort, username, password, pathname } = new URL(databaseUrl);
  const [user, secret] = [decodeURIComponent(username), decodeURIComponent(password)];
  const port = await freePort();
  const directory = join(runDirectory(), `pgbouncer-${port}`);
  await mkdir(directory);
  const file = join(directory, 'pgbouncer.ini');
  const database = pathname.slice(1);
  await writeFile(
    file,
    `[databases]
${database} = host=${hostname} port=${databasePort} dbname=${database} user=${user} password='${secret}'
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = ${poolMode}
default_pool_size = ${poolSize}
max_client_conn = 500
server_tls_sslmode = disable
`,
  );
  // PgBouncer refuses to run as root.
  const asNobody = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  await chmod(runDirectory(), 0o755);
  await chmod(directory, 0o755);
  const child = spawn('pgbouncer', [...asNobody, file], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.on('data', (data: Buffer) => (log += data.toString()));
  await untilListening(child, port, () => log);
  return {
    port,
    url: `postgresql://${username}:${password}@127.0.0.1:${port}/${database}`,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function untilListening(child: ChildProcess, port: number, log: () => string): Promise<void> {
  while (child.exitCode === null) {
    const socket = connect(port, '127.0.0.1');
    const isUp = await Promise.race([
      once(socket, 'connect').then(
        () => true,
        () => false,
      ),
      pause(500, false),
    ]);
    socket.destroy();
    if (isUp) return;
    await pause(50);
  }
  throw new Error(`PgBouncer ended:\n${log()}`);
}
