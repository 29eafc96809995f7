import { randomBytes } from 'node:crypto';
import { ListUsersCommand } from '@aws-sdk/client-iam';
import pg from 'pg';
import { EmbeddedPostgres } from '../../src/kernel/database/embedded/embedded-postgres.js';
import { runAdmin } from '../support/admin-command.js';
import { RestClient } from '../support/rest-client.js';
import { newDataDirectory, removeDataDirectory } from '../support/run-directory.js';
import { rootUser, type RunningServer, startServer } from '../support/server.js';
import { awsClients, managementTenant, newTenant, signIn } from '../support/tenant.js';
import { codesAround, type OathToken } from '../support/totp.js';

let dataDirectory: string;
let server: RunningServer;
let superuser: pg.Client;
let operatorPassword: string;

beforeAll(async () => {
  dataDirectory = await newDataDirectory();
  server = await startServer({ dataDirectory });
  superuser = new pg.Client(await EmbeddedPostgres.loginOfRunning(dataDirectory));
  await superuser.connect();
});

afterAll(async () => {
  await superuser.end();
  await server.stop();
  await removeDataDirectory(dataDirectory);
});

const admin = (words: readonly string[]) => runAdmin(words, { GATEHOUSE_DATA_DIR: dataDirectory });

function passwordIn(stdout: string): string {
  return /^Password (\S+)$/m.exec(stdout)![1]!;
}

describe('npm run admin', () => {
  it('says what there is, and what is wrong with what was asked', () => {
    expect(admin([])).toMatchObject({ status: 0, stdout: expect.stringContaining('rotate-master-key'), stderr: '' });
    expect(admin(['dance'])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^Unknown command: dance/),
    });
    expect(admin(['constructor']).status).toBe(2);
    expect(admin(['create-account', '--name', 'A'])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^--email is required\./),
    });
    expect(admin(['reset-root', '--color']).status).toBe(2);
  });

  it('creates an account, whose root user signs in with the password that is shown', async () => {
    const { status, stdout } = admin(['create-account', '--name', 'Shop', '--email', 'owner@shop.test']);
    expect(status).toBe(0);
    const rest = await signIn(server.baseUrl, 'owner@shop.test', passwordIn(stdout));
    expect((await rest.get('/v1/account')).body.account.name).toBe('Shop');
    const { events } = (await rest.get('/v1/audit-events')).body;
    expect(events).toContainEqual(
      expect.objectContaining({ operation: 'gatehouse:CreateAccount', callerArn: 'operator' }),
    );
    expect(admin(['create-account', '--name', 'Shop', '--email', 'OWNER@shop.test'])).toEqual({
      status: 1,
      stdout: '',
      stderr: 'An account with this email address already exists.\n',
    });
    expect(admin(['create-account', '--name', 'Shop', '--email', 'nobody']).status).toBe(1);
  });

  it('verifies audit logs, those of its own changes too', async () => {
    const { accountId } = await newTenant(server.baseUrl);
    const verified = admin(['verify-audit']);
    expect(verified.status).toBe(0);
    expect(verified.stdout).toMatch(new RegExp(`^${accountId}  intact`, 'm'));
    expect(verified.stdout).not.toContain('BROKEN');
  });

  it('seeds demo data through the API, once', async () => {
    const { status, stdout, stderr } = admin(['seed-demo', '--accounts', '1', '--users', '4']);
    expect([status, stderr]).toEqual([0, expect.stringContaining('1 of 1 demo accounts')]);
    const [, accountId, email] = /^Account {2}(\d{12})\nEmail {4}(\S+)$/m.exec(stdout)!;
    const rest = await signIn(server.baseUrl, email!, passwordIn(stdout));
    expect((await rest.get('/v1/users')).body.users).toHaveLength(4);
    expect((await rest.get('/v1/roles/deployer/attached-policies')).body.attachedPolicies).toHaveLength(1);
    expect(admin(['verify-audit', accountId!]).stdout).toContain('intact');
    const [, accessKeyId, secretAccessKey] = /administrator: (\S+) (\S+)$/m.exec(stdout)!;
    const { iam } = awsClients(server.baseUrl, { accessKeyId: accessKeyId!, secretAccessKey: secretAccessKey! });
    expect((await iam.send(new ListUsersCommand({}))).Users).toHaveLength(4);

    expect(admin(['seed-demo'])).toMatchObject({ status: 1, stderr: 'The demo data already exists.\n' });
    expect(admin(['seed-demo', '--users', '0'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('--users must be'),
    });
  });

  it('gives the root user a new password: the old one and its sessions are worth nothing', async () => {
    const { rest } = await managementTenant(server.baseUrl);
    const { status, stdout } = admin(['reset-root', '--email', 'new-root@gatehouse.test']);
    expect(status).toBe(0);
    expect((await rest.get('/v1/account')).status).toBe(401);
    const before = await new RestClient(server.baseUrl).post('/v1/sign-in', rootUser);
    expect(before.status).toBe(401);
    operatorPassword = passwordIn(stdout);
    const again = await signIn(server.baseUrl, 'new-root@gatehouse.test', operatorPassword);
    expect((await again.get('/v1/account')).status).toBe(200);
  });

  it('takes lost devices away from the root user: it signs in without, and a key fob is in the inventory again', async () => {
    const operator = await signIn(server.baseUrl, 'new-root@gatehouse.test', operatorPassword);
    const fob: OathToken = { seed: randomBytes(20), type: 'totp', algorithm: 'sha1', digits: 6 };
    const document = `serialNumber,seed\nFOB0000000,${fob.seed.toString('hex')}\n`;
    expect((await operator.post('/v1/hardware-tokens', { format: 'csv', document })).status).toBe(201);
    const enable = { serialNumber: 'FOB0000000', ...codesAround(fob, 0) };
    expect((await operator.post('/v1/mfa-devices/enable', enable)).status).toBe(204);

    const kept = admin(['reset-root']);
    const stranger = new RestClient(server.baseUrl);
    const email = 'new-root@gatehouse.test';
    const withDevice = await stranger.post('/v1/sign-in', { email, password: passwordIn(kept.stdout) });
    expect(withDevice.body.status).toBe('mfaRequired');

    const { status, stdout } = admin(['reset-root', '--remove-mfa']);
    expect(status).toBe(0);
    operatorPassword = passwordIn(stdout);
    const again = await signIn(server.baseUrl, email, operatorPassword);
    expect((await again.get('/v1/mfa-devices')).body.mfaDevices).toEqual([]);
    const free = (await again.get('/v1/hardware-tokens?status=free')).body.hardwareTokens;
    expect(free).toEqual([expect.objectContaining({ serialNumber: 'FOB0000000' })]);
    // Threat: codes that the next owner of the token saw earlier.
    expect((await again.post('/v1/mfa-devices/enable', enable)).body.code).toBe('InvalidAuthenticationCode');
  });

  it('publishes a new signing key beside the old one, and takes stolen ones away', async () => {
    const keysInUse = async () =>
      (await superuser.query('SELECT key_id FROM signing_keys WHERE retired_at IS NULL')).rows.length;
    expect(await keysInUse()).toBe(1);
    expect(admin(['rotate-signing-keys']).status).toBe(0);
    expect(await keysInUse()).toBe(2);
    expect(admin(['rotate-signing-keys', '--revoke']).status).toBe(0);
    expect(await keysInUse()).toBe(1);
  });
});
