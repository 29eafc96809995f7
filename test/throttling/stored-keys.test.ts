import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedPostgres } from '../../src/kernel/database/embedded/embedded-postgres.js';
import { SecretBox } from '../../src/kernel/secrets/secret-box.js';
import { bucketsOf, signInName } from '../../src/kernel/throttling/throttle-rules.js';
import { RestClient } from '../support/rest-client.js';
import { sharedServer } from '../support/shared-server.js';
import { newTenant } from '../support/tenant.js';
import { queryAs } from '../support/test-database.js';

/**
 * Threat: people type their password into the field of the name. Someone who reads the database, or a backup of it,
 * must neither find it there nor be able to guess it from the stored keys.
 */
const { baseUrl, dataDirectory } = sharedServer();
const typed = `my-password-${randomUUID()}`;
let accountId: string;

beforeAll(async () => {
  ({ accountId } = await newTenant(baseUrl));
  const stranger = new RestClient(baseUrl);
  for (const named of [
    { account: accountId, userName: typed },
    { account: typed, userName: 'ana' },
    { email: typed },
  ]) {
    expect((await stranger.post('/v1/sign-in', { ...named, password: typed })).body.code).toBe('SignInFailed');
  }
});

async function rowsOf(table: string): Promise<string[]> {
  const login = (await EmbeddedPostgres.loginOfRunning(dataDirectory))!;
  const rows = await queryAs<{ row: string }>(login, `SELECT stored::text AS row FROM ${table} AS stored`);
  return rows.map(({ row }) => row);
}

it.each(['throttles', 'failure_counts', 'audit_events'])('what was typed as a name is not in %s', async (table) => {
  const rows = await rowsOf(table);
  expect(rows.length).toBeGreaterThan(0);
  const hexadecimal = Buffer.from(typed).toString('hex');
  expect(rows.filter((row) => row.includes(typed) || row.includes(hexadecimal))).toEqual([]);
});

it('throttles are found by HMACs under the master key, not by hashes that can be guessed', async () => {
  const rows = (await rowsOf('throttles')).join('\n');
  const principal = signInName({ account: accountId, userName: typed });
  const attempt = { purpose: 'password', principal, address: '127.0.0.1', isKnownAddress: false } as const;
  const masterKey = Buffer.from(readFileSync(join(dataDirectory, 'master.key'), 'utf8'), 'base64');
  const keys = new SecretBox(masterKey).derive('throttle');
  const named = bucketsOf(attempt).filter(({ counts, subject }) => counts && subject);
  expect(named.length).toBeGreaterThan(1);
  for (const parts of named.flatMap(({ key, subject }) => [key, subject!])) {
    const text = JSON.stringify(parts);
    expect(rows).toContain(keys.mac(text).toString('hex'));
    for (const algorithm of ['sha256', 'sha1', 'md5']) {
      expect(rows).not.toContain(createHash(algorithm).update(text).digest('hex'));
    }
  }
  for (const text of [typed, principal]) {
    for (const algorithm of ['sha256', 'sha1', 'md5']) {
      expect(rows).not.toContain(createHash(algorithm).update(text).digest('hex'));
    }
  }
});
