/**
 * `npm run bench -- reports`: generates and reads the credential report of an account with 100,000 users (USERS), on a
 * server with 256 MB of heap (HEAP_MB). It fails if the server does.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { GenerateCredentialReportCommand, GetCredentialReportCommand } from '@aws-sdk/client-iam';
import { startReplicas } from '../../test/support/replicas.js';
import { closeRunDirectory, openRunDirectory } from '../../test/support/run-directory.js';
import { RestClient } from '../../test/support/rest-client.js';
import { newTenant } from '../../test/support/tenant.js';

const users = Number(process.env.USERS ?? 100_000);
const heapMegabytes = Number(process.env.HEAP_MB ?? 256);
const seedBatch = 20_000;

await openRunDirectory();
const replicas = await startReplicas();
try {
  const { baseUrl } = await replicas.start({ NODE_OPTIONS: `--max-old-space-size=${heapMegabytes}` });
  const { accountId, iam, rest } = await newTenant(baseUrl);
  for (let from = 1; from <= users; from += seedBatch) {
    const to = Math.min(users, from + seedBatch - 1);
    await seed(accountId, from, to);
    console.log(`seeded ${to} of ${users} users, each with a password, two access keys and every third with MFA`);
  }
  const started = performance.now();
  await iam.send(new GenerateCredentialReportCommand());
  await watch(rest);
  console.log(`made in ${seconds(started)}`);
  const read = performance.now();
  const { Content } = await iam.send(new GetCredentialReportCommand());
  const rows = Buffer.from(Content!).toString().split('\n').length;
  console.log(
    `read in ${seconds(read)}: ${(Content!.length / 1e6).toFixed(1)} MB, ${rows} rows, heap limit ${heapMegabytes} MB`,
  );
  if (rows !== users + 2) throw new Error(`Expected ${users + 2} rows`);
} finally {
  await replicas.stop();
  await closeRunDirectory();
}

async function seed(accountId: string, from: number, to: number): Promise<void> {
  const { query } = replicas.database;
  const numbers = [accountId, from, to];
  const id = `'AIDA' || lpad(n::text, 17, '0')`;
  await query(
    `INSERT INTO identities (account_id, identity_id, type, name, name_key, path)
     SELECT $1, ${id}, 'user', 'User-' || n, 'user-' || n, '/team/' FROM generate_series($2::int, $3::int) AS n`,
    numbers,
  );
  await query(
    `INSERT INTO login_profiles (account_id, user_id, password_hash)
     SELECT $1, ${id}, '' FROM generate_series($2::int, $3::int) AS n`,
    numbers,
  );
  await query(
    `INSERT INTO access_keys (account_id, access_key_id, user_id, sealed_secret, last_used_at, last_used_service, last_used_region)
     SELECT $1, 'AKIA' || lpad((n * 2 + k)::text, 16, '0'), ${id}, '', now(), 'iam', 'us-east-1'
     FROM generate_series($2::int, $3::int) AS n, generate_series(0, 1) AS k`,
    numbers,
  );
  await query(
    `INSERT INTO mfa_devices (account_id, device_id, kind, principal_id, enabled_at)
     SELECT $1, 'mfa/user-' || n, 'virtual', ${id}, now() FROM generate_series($2::int, $3::int) AS n WHERE n % 3 = 0`,
    numbers,
  );
}

async function watch(rest: RestClient): Promise<void> {
  for (;;) {
    const { body } = await rest.get('/v1/credential-report/progress');
    console.log(`${body.usersDone} of ${body.usersTotal} users: ${body.state}`);
    if (body.state === 'COMPLETE') return;
    await pause(2_000);
  }
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
