import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { cheapHashes, type RunningServer, startServer } from './server.js';
import { startTestDatabase, type TestDatabaseServer } from './test-database.js';

/** Server processes on one database, as behind a load balancer. */
export interface Replicas {
  readonly database: TestDatabaseServer;
  /** Shared by all processes, also for operator commands. */
  readonly environment: Readonly<Record<string, string>>;
  /** One more process. */
  start(environment?: Readonly<Record<string, string>>): Promise<RunningServer>;
  /** Stops all processes, then the database. */
  stop(): Promise<void>;
}

export async function startReplicas(): Promise<Replicas> {
  const database = await startTestDatabase();
  const servers: RunningServer[] = [];
  const shared = {
    ...cheapHashes,
    DATABASE_URL: databaseUrl(database.login),
    GATEHOUSE_MASTER_KEY: randomBytes(32).toString('base64'),
    GATEHOUSE_SIGN_UP: 'open',
    GATEHOUSE_PUBLIC_URL: 'http://gatehouse.test',
  };
  return {
    database,
    environment: shared,
    async start(environment = {}) {
      const server = await startServer({ environment: { ...shared, ...environment } });
      servers.push(server);
      return server;
    },
    async stop() {
      await Promise.all(servers.map((server) => server.stop()));
      await database.stop();
    },
  };
}

/** In the form of a setting: a database behind a Unix socket. */
export function databaseUrl({ host, user, password, database }: pg.ClientConfig): string {
  const login = `${encodeURIComponent(user!)}:${encodeURIComponent(password as string)}`;
  return `postgresql://${login}@localhost/${database}?host=${encodeURIComponent(host!)}`;
}

/**
 * Waits until a process receives policy changes immediately, or no longer does. Fails through the test's own timeout.
 */
export async function untilLinkIs(state: 'up' | 'down', baseUrl: string): Promise<void> {
  const sought = `gatehouse_notification_link_up ${state === 'up' ? 1 : 0}\n`;
  while (!(await (await fetch(`${baseUrl}/metrics`)).text()).includes(sought)) await pause(50);
}
