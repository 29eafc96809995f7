import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runDirectory } from '../support/run-directory.js';
import { type RunningServer, startServer } from '../support/server.js';
import { newTenant } from '../support/tenant.js';
import { EmbeddedPostgres } from '../../src/kernel/database/embedded/embedded-postgres.js';
import pg from 'pg';

/** `npm run audit:verify` while the server runs. */

let server: RunningServer;
const script = fileURLToPath(new URL('../../scripts/audit-verify.mjs', import.meta.url));

beforeAll(async () => {
  server = await startServer();
});

afterAll(() => server?.stop());

function verify(...words: string[]) {
  const { status, stdout } = spawnSync(process.execPath, [script, ...words], {
    env: { PATH: process.env.PATH, GATEHOUSE_DATA_DIR: server.dataDirectory },
    encoding: 'utf8',
  });
  return { status, lines: stdout.trim().split('\n') };
}

async function withSuperuser<Result>(work: (superuser: pg.Client) => Promise<Result>): Promise<Result> {
  const superuser = new pg.Client(await EmbeddedPostgres.loginOfRunning(server.dataDirectory));
  await superuser.connect();
  try {
    return await work(superuser);
  } finally {
    await superuser.end();
  }
}

it('says that all logs are intact, and which one is not after it was tampered with', async () => {
  const honest = await newTenant(server.baseUrl);
  const victim = await newTenant(server.baseUrl);
  await victim.rest.post('/v1/users', { userName: 'ana' });
  const before = verify();
  expect(before.status).toBe(0);
  expect(before.lines).toContainEqual(expect.stringMatching(new RegExp(`^${victim.accountId}  intact  [1-9]`)));

  await withSuperuser((superuser) =>
    superuser.query(
      `UPDATE audit_events SET caller_arn = 'somebody else' WHERE account_id = $1 AND operation = 'iam:CreateUser'`,
      [victim.accountId],
    ),
  );

  const after = verify();
  expect(after.status).toBe(1);
  expect(after.lines).toContainEqual(expect.stringContaining(`${victim.accountId}  tampered: Event`));
  expect(after.lines).toContainEqual(expect.stringContaining(`${victim.accountId}  BROKEN`));
  expect(verify(honest.accountId)).toEqual({ status: 0, lines: [expect.stringContaining('intact')] });
});

describe('--against what an earlier run printed', () => {
  function saved({ lines }: ReturnType<typeof verify>): string {
    const file = join(runDirectory(), `ends-${randomUUID()}.txt`);
    writeFileSync(file, `${lines.join('\n')}\n`);
    return file;
  }

  it('finds nothing where logs only grew', async () => {
    const tenant = await newTenant(server.baseUrl);
    const file = saved(verify(tenant.accountId));
    await tenant.rest.post('/v1/users', { userName: 'ana' });
    expect(verify(tenant.accountId, '--against', file)).toEqual({
      status: 0,
      lines: [expect.stringContaining(`${tenant.accountId}  intact`)],
    });
  });

  /** Threat: someone who can write to the database restores the matching events and sealed end of an earlier day. */
  it('finds a log that was put back to an earlier state', async () => {
    const tenant = await newTenant(server.baseUrl);
    const row = 'account_id = $1';
    const [earlier] = await withSuperuser(async (superuser) => {
      const { rows } = await superuser.query(`SELECT * FROM audit_chains WHERE ${row}`, [tenant.accountId]);
      return rows as { last_sequence: string; last_hash: Buffer; last_event_time: Date; seal: Buffer }[];
    });
    await tenant.rest.post('/v1/users', { userName: 'ana' });
    const file = saved(verify(tenant.accountId));
    const { last_sequence, last_hash, last_event_time, seal } = earlier!;
    await withSuperuser(async (superuser) => {
      await superuser.query(`DELETE FROM audit_events WHERE ${row} AND sequence > $2`, [
        tenant.accountId,
        last_sequence,
      ]);
      await superuser.query(
        `UPDATE audit_chains SET last_sequence = $2, last_hash = $3, last_event_time = $4, seal = $5 WHERE ${row}`,
        [tenant.accountId, last_sequence, last_hash, last_event_time, seal],
      );
    });
    expect(verify(tenant.accountId).status).toBe(0);
    const { status, lines } = verify(tenant.accountId, '--against', file);
    expect(status).toBe(1);
    expect(lines).toEqual([
      expect.stringContaining(`${tenant.accountId}  rolledBack: `),
      expect.stringContaining(`${tenant.accountId}  BROKEN`),
    ]);
  });

  it('finds a log whose account is gone, when all are verified', async () => {
    const tenant = await newTenant(server.baseUrl);
    const [line] = verify(tenant.accountId).lines;
    const file = saved({ status: 0, lines: [line!.replace(tenant.accountId, '999922223333')] });
    const { status, lines } = verify('--against', file);
    expect(status).toBe(1);
    expect(lines).toContain('999922223333  rolledBack: The account was there at the earlier verification.');
  });

  it('stops at a file that is not there', () => {
    expect(verify('--against', join(runDirectory(), 'nothing.txt')).status).toBe(2);
  });
});
