import pg from 'pg';
import { type ConnectionTarget, enterRole } from './connection.js';

/** Milliseconds after which an idle connection is asked whether it is still there. The system's default is two hours. */
const keepAliveDelay = 10_000;

/** @param limits of connections, and milliseconds that connecting and a statement's answer may take */
export function createPool(
  { login, role }: ConnectionTarget,
  limits: Pick<pg.PoolConfig, 'max' | 'connectionTimeoutMillis' | 'query_timeout'>,
): pg.Pool {
  const pool = new pg.Pool({
    ...login,
    application_name: 'gatehouse',
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    // Queries that do not wait for each other are sent together.
    pipeline: true,
    keepAliveInitialDelayMillis: keepAliveDelay,
    // node-postgres waits for the promise; its type declaration does not say so yet.
    onConnect: (client) => enterRole(client, role) as unknown as void,
    ...limits,
  });
  // Losing an idle connection is no failure of any request; without a listener it would end the process. Prisma's own
  // listener is gone when its client is, before the pool has ended.
  pool.on('error', () => undefined);
  // Nor is losing a busy one: what it was asked fails by itself.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
