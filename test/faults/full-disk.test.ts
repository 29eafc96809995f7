import { spawnSync } from 'node:child_process';
import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { EmbeddedPostgres } from '../../src/kernel/database/embedded/embedded-postgres.js';
import { newDataDirectory, removeDataDirectory } from '../support/run-directory.js';
import { type RunningServer, startServer } from '../support/server.js';
import { newTenant, type Tenant } from '../support/tenant.js';
import { queryAs } from '../support/test-database.js';

/** A separate file system that is really full. Only root may mount one; otherwise the test is skipped. */

const isRoot = process.geteuid!() === 0;
const describeAsRoot = isRoot && canMount() ? describe : describe.skip;

function canMount(): boolean {
  // In a container even root may not.
  return spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;
}

describeAsRoot('while the disk is full', () => {
  let directory: string;
  let server: RunningServer;
  let tenant: Tenant;

  beforeAll(async () => {
    directory = await newDataDirectory();
    const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=200m,mode=755', 'tmpfs', directory]);
    // Otherwise the disk of the machine would be filled.
    if (status !== 0) throw new Error('The file system of the test could not be mounted');
    server = await startServer({ dataDirectory: join(directory, 'data') });
    tenant = await newTenant(server.baseUrl);
  });
  afterAll(async () => {
    await server?.stop();
    spawnSync('umount', [directory]);
    await removeDataDirectory(directory);
  });

  /** Until there is no space for another byte. */
  function fillDisk(): void {
    const file = openSync(join(directory, 'filler'), 'w');
    try {
      for (let bytes = 1_048_576; bytes >= 1; bytes = Math.floor(bytes / 2)) {
        const chunk = Buffer.alloc(bytes, 1);
        while (hasRoom(() => writeSync(file, chunk) === bytes));
      }
    } finally {
      closeSync(file);
    }
  }

  function hasRoom(write: () => boolean): boolean {
    try {
      return write();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
      throw error;
    }
  }

  async function rows(): Promise<{ users: string[]; created: number }> {
    const login = (await EmbeddedPostgres.loginOfRunning(join(directory, 'data')))!;
    const users = await queryAs<{ name: string }>(
      login,
      `SELECT name FROM identities WHERE account_id = $1 AND type = 'user'`,
      [tenant.accountId],
    );
    const [events] = await queryAs<{ count: string }>(
      login,
      `SELECT count(*) FROM audit_events WHERE account_id = $1 AND operation = 'iam:CreateUser' AND outcome = 'allowed'`,
      [tenant.accountId],
    );
    return { users: users.map(({ name }) => name), created: Number(events!.count) };
  }

  it('changes are refused with 503, reads go on; with room again all goes on, and nothing is lost or half done', async () => {
    fillDisk();
    const acknowledged: string[] = [];
    const refused: (readonly [number, string | null])[] = [];
    for (let count = 0; refused.length < 10; count += 1) {
      const userName = `user-${count}`;
      const { status, headers } = await tenant.rest.post('/v1/users', { userName });
      if (status === 201) acknowledged.push(userName);
      else refused.push([status, headers.get('retry-after')]);
    }
    expect(refused).toEqual(refused.map(() => [503, '1']));
    expect((await fetch(`${server.baseUrl}/healthz`)).status).toBe(200);
    expect((await tenant.rest.get('/v1/users')).status).toBe(200);
    expect(server.output()).toContain('53100');

    unlinkSync(join(directory, 'filler'));
    // Fails through the test's own timeout.
    while ((await tenant.rest.post('/v1/users', { userName: 'afterwards' })).status !== 201) await pause(100);
    const { users, created } = await rows();
    expect(users).toEqual(expect.arrayContaining([...acknowledged, 'afterwards']));
    expect(created).toBe(users.length);
  });
});
