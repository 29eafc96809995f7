import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type RunningServer, startServer } from '../support/server.js';
import { newTenant } from '../support/tenant.js';
import { EmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import pg from 'pg';

/** `npm run audit:verify` beside a running server. */

let server: RunningServer;
const script = fileURLToPath(new URL('../../scripts/audit-verify.mjs', import.meta.url));

beforeAll(async () => {
  server = await startServer();
});

afterAll(() => server?.stop());

function verify(...accountIds: string[]) {
  const { status, stdout } = spawnSync(process.execPath, [script, ...accountIds], {
    env: { PATH: process.env.PATH, GATEHOUSE_DATA_DIR: server.dataDirectory },
    encoding: 'utf8',
  });
  return { status, lines: stdout.trim().split('\n') };
}

it('says that all logs are intact, and which one is not after it was tampered with', async () => {
  const honest = await newTenant(server.baseUrl);
  const victim = await newTenant(server.baseUrl);
  await victim.rest.post('/v1/users', { userName: 'ana' });
  const before = verify();
  expect(before.status).toBe(0);
  expect(before.lines).toContainEqual(expect.stringMatching(new RegExp(`^${victim.accountId}  intact  [1-9]`)));

  const login = await EmbeddedPostgres.loginOfRunning(server.dataDirectory);
  const superuser = new pg.Client(login);
  await superuser.connect();
  await superuser.query(
    `UPDATE audit_events SET caller_arn = 'somebody else' WHERE account_id = $1 AND operation = 'iam:CreateUser'`,
    [victim.accountId],
  );
  await superuser.end();

  const after = verify();
  expect(after.status).toBe(1);
  expect(after.lines).toContainEqual(expect.stringContaining(`${victim.accountId}  tampered: Event`));
  expect(after.lines).toContainEqual(expect.stringContaining(`${victim.accountId}  BROKEN`));
  expect(verify(honest.accountId)).toEqual({ status: 0, lines: [expect.stringContaining('intact')] });
});
