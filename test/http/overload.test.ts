import { once } from 'node:events';
import { unlinkSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { type Replicas, startReplicas } from '../support/replicas.js';
import type { RunningServer } from '../support/server.js';
import { newTenant, type Tenant } from '../support/tenant.js';

/**
 * More requests than the server can process: refused immediately with a clear error, while the probes still succeed.
 */

const atOnce = 20;

let replicas: Replicas;
let server: RunningServer;
let tenant: Tenant;
let holder: pg.Client;
let trickling: Promise<string | undefined>[];

beforeAll(async () => {
  replicas = await startReplicas();
  server = await replicas.start({ GATEHOUSE_REQUESTS_AT_ONCE: String(atOnce), GATEHOUSE_DATABASE_POOL_SIZE: '3' });
  tenant = await newTenant(server.baseUrl);
  trickling = await trickle(atOnce * 3);
  holder = new pg.Client(replicas.database.login);
  await holder.connect();
});
afterAll(async () => {
  await holder?.end();
  await replicas?.stop();
});

/** Changes of the account now wait. */
async function holdAccount() {
  await holder.query('BEGIN');
  await holder.query('SELECT FROM accounts WHERE account_id = $1 FOR UPDATE', [tenant.accountId]);
}

it('waits for a connection for a bounded time, refuses what is too much at once, and recovers', async () => {
  await holdAccount();
  // Two wait for the account, and one connection is reserved for look-ups: the others wait.
  const slow = Array.from({ length: atOnce }, (_, index) =>
    tenant.rest.post('/v1/users', { userName: `slow-${index}` }),
  );
  await pause(1000);
  const refused = await Promise.all(Array.from({ length: 300 }, () => tenant.rest.get('/v1/users')));
  for (const { status, headers, body } of refused) {
    expect([status, headers.get('retry-after'), body.code]).toEqual([503, '1', 'ServiceUnavailable']);
  }
  const door = await fetch(server.baseUrl, { method: 'POST', body: new URLSearchParams({ Action: 'ListUsers' }) });
  expect([door.status, door.headers.get('retry-after')]).toEqual([503, '1']);
  expect(await door.text()).toContain('<Code>ServiceUnavailable</Code>');
  for (const path of ['/healthz', '/metrics']) expect((await fetch(server.baseUrl + path)).status).toBe(200);
  // They give up.
  const statuses = (await Promise.all(slow.slice(2))).map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([503]));
  await holder.query('ROLLBACK');
  expect((await Promise.all(slow.slice(0, 2))).map(({ status }) => status)).toEqual([201, 201]);
  expect((await tenant.rest.get('/v1/users')).status).toBe(200);
  const { body } = await tenant.rest.get('/v1/users');
  expect((body.users as { userName: string }[]).map(({ userName }) => userName).sort()).toEqual(['slow-0', 'slow-1']);
});

it('refuses what comes while the event loop is late, and answers the probes', async () => {
  const file = join(replicas.database.dataDirectory, 'late');
  const preload = new URL('../support/late-loop.mjs', import.meta.url).href;
  const late = await replicas.start({ NODE_OPTIONS: `--import=${preload}`, LATE_LOOP_FILE: file });
  const ask = () => fetch(`${late.baseUrl}/v1/session`, { headers: { authorization: 'Bearer none' } });
  expect((await ask()).status).toBe(401);
  writeFileSync(file, '');
  // Fails through the test's own timeout.
  let refused = await ask();
  while (refused.status !== 503) refused = await ask();
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(await refused.json()).toMatchObject({ code: 'ServiceUnavailable' });
  for (const path of ['/healthz', '/metrics']) expect((await fetch(late.baseUrl + path)).status).toBe(200);
  unlinkSync(file);
  while ((await ask()).status !== 401) await pause(50);
});

/** They existed all along. */
it('bodies that trickle in take no place, and are ended', async () => {
  expect((await tenant.rest.get('/v1/users')).status).toBe(200);
  // RFC 9110 §15.5.9.
  expect(new Set(await Promise.all(trickling))).toEqual(new Set(['HTTP/1.1 408 Request Timeout']));
});

/** Threat: many clients that send a byte now and then use up all slots (slowloris). @returns how each is answered */
async function trickle(count: number): Promise<Promise<string | undefined>[]> {
  const { port } = new URL(server.baseUrl);
  const sockets: Socket[] = [];
  for (let index = 0; index < count; index += 1) {
    const socket = connect(Number(port), '127.0.0.1');
    await once(socket, 'connect');
    socket.on('error', () => undefined);
    const isHeaderWhole = index % 2 === 0;
    socket.write(
      `POST /v1/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n${isHeaderWhole ? '\r\n{' : ''}`,
    );
    sockets.push(socket);
  }
  return sockets.map(async (socket) => {
    let text = '';
    for await (const data of socket as AsyncIterable<Buffer>) text += data.toString();
    return text.split('\r\n', 1)[0];
  });
}
