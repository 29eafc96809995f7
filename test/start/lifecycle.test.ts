import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { newDataDirectory, removeDataDirectory } from '../support/run-directory.js';
import { RestClient } from '../support/rest-client.js';
import { rootUser, type RunningServer, startServer } from '../support/server.js';
import { newTenant } from '../support/tenant.js';

const main = new URL('../../dist/main.js', import.meta.url).pathname;

/** Runs the server with these settings until it ends. */
function start(environment: Record<string, string>): { code: number | null; stderr: string } {
  const { status, stderr } = spawnSync(process.execPath, [main], {
    env: { PATH: process.env['PATH'], ...environment },
    encoding: 'utf8',
    timeout: 120_000,
  });
  return { code: status, stderr };
}

describe('starting and stopping', () => {
  let dataDirectory: string;
  let server: RunningServer;

  beforeAll(async () => {
    dataDirectory = await newDataDirectory();
    server = await startServer({ dataDirectory });
  });

  afterAll(async () => {
    await server.stop();
    await removeDataDirectory(dataDirectory);
  });

  it('tells a newcomer how to sign in, where the API page is, and how to point the AWS CLI here', () => {
    const banner = server.output();
    expect(banner).toContain(`${server.baseUrl}/docs`);
    expect(banner).toContain(`Root user       ${rootUser.email}`);
    expect(banner).toContain(`aws iam get-user --endpoint-url ${server.baseUrl}`);
  });

  it('keeps its secrets from other users of the machine', () => {
    const modes = readdirSync(dataDirectory)
      .filter((name) => name.endsWith('.key'))
      .map((name) => statSync(join(dataDirectory, name)).mode & 0o777);
    expect(modes).toEqual([0o600]);
  });

  it('keeps all data over a clean stop, which ends with success', async () => {
    const tenant = await newTenant(server.baseUrl);
    await tenant.rest.post('/v1/users', { userName: 'kept' });
    expect(await server.stop()).toEqual({ code: 0, signal: null });
    server = await startServer({ dataDirectory });
    const { body } = await new RestClient(server.baseUrl).post('/v1/sign-in', {
      email: tenant.email,
      password: tenant.password,
    });
    const rest = new RestClient(server.baseUrl, body.accessToken as string);
    expect((await rest.get('/v1/users/kept')).status).toBe(200);
  });

  it('comes back by itself after kill -9, with every change that was acknowledged', async () => {
    const tenant = await newTenant(server.baseUrl);
    const acknowledged: string[] = [];
    const writing = (async () => {
      for (let count = 0; ; count += 1) {
        const { status } = await tenant.rest.post('/v1/users', { userName: `user-${count}` });
        if (status === 201) acknowledged.push(`user-${count}`);
      }
    })().catch(() => 'the server is gone');
    while (acknowledged.length < 20) await new Promise((resolve) => setTimeout(resolve, 10));
    await server.kill();
    await writing;
    server = await startServer({ dataDirectory });
    const { body } = await new RestClient(server.baseUrl).post('/v1/sign-in', {
      email: tenant.email,
      password: tenant.password,
    });
    const rest = new RestClient(server.baseUrl, body.accessToken as string);
    const { users } = (await rest.get('/v1/users?maxItems=1000')).body as { users: { userName: string }[] };
    expect(users.map(({ userName }) => userName)).toEqual(expect.arrayContaining(acknowledged));
  });

  it('says who holds the data directory', () => {
    const { code, stderr } = start({ PORT: '0', GATEHOUSE_DATA_DIR: dataDirectory });
    expect(code).toBe(1);
    expect(stderr).toMatch(/another|in use|holds/i);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe('what the operator got wrong', () => {
  it.each([
    [{ PORT: 'eighty' }, 'PORT is not valid: expected a TCP port'],
    [{ GATEHOUSE_MASTER_KEY: 'short' }, 'GATEHOUSE_MASTER_KEY is not valid: expected 32 random bytes in base64'],
    [{ GATEHOUSE_SIGN_UPS: 'open' }, 'GATEHOUSE_SIGN_UPS is not a setting of Gatehouse'],
    [{ DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' }, 'DATABASE_URL'],
  ])('%j is said in a sentence', (environment, message) => {
    const { code, stderr } = start(environment);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('a port that is taken is named, and the database is stopped again', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const dataDirectory = await newDataDirectory();
    try {
      const { code, stderr } = start({ PORT: String(port), GATEHOUSE_DATA_DIR: dataDirectory });
      expect(code).toBe(1);
      expect(stderr).toContain(`Port ${port} of 127.0.0.1 is in use by another program.`);
      expect(readdirSync(join(dataDirectory, 'postgres')).filter((name) => name === 'postmaster.pid')).toEqual([]);
    } finally {
      other.close();
      await removeDataDirectory(dataDirectory);
    }
  });
});
