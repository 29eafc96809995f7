import { spawnSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import {
  AcceptDelegationRequestCommand,
  AssociateDelegationRequestCommand,
  CreateDelegationRequestCommand,
  CreatePolicyCommand,
  ListUsersCommand,
  SendDelegationTokenCommand,
} from '@aws-sdk/client-iam';
import { GetSessionTokenCommand } from '@aws-sdk/client-sts';
import pg from 'pg';
import { sealedColumns } from '../../src/admin/sealed-columns.js';
import { EmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import { newCertificate } from '../support/certificates.js';
import { RestClient } from '../support/rest-client.js';
import { newDataDirectory, removeDataDirectory } from '../support/run-directory.js';
import { definitionOf } from '../support/services.js';
import { samlMetadata } from '../support/saml-metadata.js';
import { rootUser, type RunningServer, startServer } from '../support/server.js';
import { allow, awsClients, managementTenant, newTenant, signIn, type Tenant } from '../support/tenant.js';
import { codesAround, type OathToken, totp, twoCodes } from '../support/totp.js';

const script = fileURLToPath(new URL('../../scripts/admin.mjs', import.meta.url));
const firstKey = randomBytes(32).toString('base64');
const secondKey = randomBytes(32).toString('base64');

let dataDirectory: string;
let server: RunningServer;
let superuser: pg.Client;
let operatorPassword: string;

beforeAll(async () => {
  dataDirectory = await newDataDirectory();
  server = await start({ GATEHOUSE_MASTER_KEY: firstKey });
});

afterAll(async () => {
  await superuser.end();
  await server.stop();
  await removeDataDirectory(dataDirectory);
});

async function start(environment: Record<string, string>): Promise<RunningServer> {
  const started = await startServer({ dataDirectory, environment });
  superuser = new pg.Client(await EmbeddedPostgres.loginOfRunning(dataDirectory));
  await superuser.connect();
  return started;
}

async function restart(environment: Record<string, string>): Promise<void> {
  await superuser.end();
  await server.stop();
  server = await start(environment);
}

function admin(words: readonly string[], environment: Record<string, string> = { GATEHOUSE_MASTER_KEY: firstKey }) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...words], {
    env: { PATH: process.env.PATH, GATEHOUSE_DATA_DIR: dataDirectory, ...environment },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

function passwordIn(stdout: string): string {
  return /^Password (\S+)$/m.exec(stdout)![1]!;
}

describe('npm run admin', () => {
  it('says what there is, and what is wrong with what was asked', () => {
    expect(admin([])).toMatchObject({ status: 0, stdout: expect.stringContaining('rotate-master-key'), stderr: '' });
    expect(admin(['dance'])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^There is no command dance\./),
    });
    expect(admin(['constructor']).status).toBe(2);
    expect(admin(['create-account', '--name', 'A'])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^--email is missing\./),
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

    expect(admin(['seed-demo'])).toMatchObject({ status: 1, stderr: 'The demo data is there already.\n' });
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
    // Threat: the codes that whoever has the fob now saw before.
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

describe('rotate-master-key', () => {
  /** Hashes, public keys and the like: columns of bytes that hold nothing sealed. */
  const unsealed = [
    'audit_chains.last_hash',
    'audit_checkpoints.hash',
    'audit_events.hash',
    'audit_events.previous_hash',
    'password_recoveries.token_hash',
    'redeemed_saml_assertions.assertion_hash',
    'security_keys.attestation_object',
    'security_keys.public_key',
    'service_specific_credentials.secret_hash',
    'sessions.refresh_token_hash',
    'sign_in_challenges.token_hash',
    'throttles.key',
    'workloads.token_hash',
  ];

  const named = ({ table, column }: { table: string; column: string }) => `${table}.${column}`;

  it('knows every column that may hold something sealed', async () => {
    const { rows } = await superuser.query<{ table: string; column: string }>(
      `SELECT relname AS table, attname AS column FROM pg_attribute
       JOIN pg_class ON pg_class.oid = attrelid
       WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
         AND NOT attisdropped AND (atttypid = 'bytea'::regtype OR attname ~ '^seal')`,
    );
    expect(rows.map(named).sort()).toEqual([...sealedColumns.map(named), ...unsealed].sort());
  });

  async function keyIds(): Promise<Set<string>> {
    const ids = new Set<string>();
    for (const { table, column } of sealedColumns) {
      const { rows } = await superuser.query<{ id: string }>(
        `SELECT DISTINCT encode(substring(${column} FROM 2 FOR 4), 'hex') AS id FROM ${table} WHERE ${column} IS NOT NULL`,
      );
      expect([table, rows.length]).not.toEqual([table, 0]);
      for (const { id } of rows) ids.add(id);
    }
    return ids;
  }

  /** A request of the tenant to itself, with the token that was sent. @returns where it is read */
  async function sendDelegationToken({ iam, accountId }: Tenant): Promise<string> {
    const PolicyDocument = JSON.stringify(allow('orders:List'));
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: 'template', PolicyDocument }));
    const { DelegationRequestId } = await iam.send(
      new CreateDelegationRequestCommand({
        Description: 'To set up monitoring',
        OwnerAccountId: accountId,
        Permissions: { PolicyTemplateArn: Policy!.Arn! },
        RequestorWorkflowId: randomUUID(),
        NotificationChannel: 'arn:aws:sns:us-east-1:123456789012:topic',
        SessionDuration: 3600,
      }),
    );
    await iam.send(new AssociateDelegationRequestCommand({ DelegationRequestId }));
    await iam.send(new AcceptDelegationRequestCommand({ DelegationRequestId }));
    await iam.send(new SendDelegationTokenCommand({ DelegationRequestId }));
    return `/v1/delegation-requests/${DelegationRequestId!}/token`;
  }

  /** Something sealed of every kind, besides what every account has. */
  async function sealEverything(tenant: Tenant): Promise<{ seed: string; serialNumber: string }> {
    const document = `serialNumber,seed,manufacturer\nFOB0000001,${randomBytes(20).toString('hex')},Acme\n`;
    const operator = await signIn(server.baseUrl, 'new-root@gatehouse.test', operatorPassword);
    const imported = await operator.post('/v1/hardware-tokens', { format: 'csv', document });
    expect(imported.body).toMatchObject({ imported: 1 });
    const service = { ...definitionOf('orders'), prefix: 'orders' };
    expect((await operator.post('/v1/services', service)).status).toBe(201);
    expect((await operator.post('/v1/services/orders/access-keys')).status).toBe(201);
    const { certificate, privateKey, der } = await newCertificate('site');
    const provider = await tenant.rest.post('/v1/saml-providers', {
      name: 'company',
      samlMetadataDocument: samlMetadata('https://idp.example.com', der),
      assertionEncryptionMode: 'Allowed',
      addPrivateKey: privateKey,
    });
    const uploaded = await tenant.rest.post('/v1/server-certificates', {
      serverCertificateName: 'site',
      certificateBody: certificate,
      privateKey,
    });
    const device = await tenant.rest.post('/v1/virtual-mfa-devices', { virtualMfaDeviceName: 'phone' });
    expect([provider.status, uploaded.status, device.status]).toEqual([201, 201, 201]);
    const { serialNumber, base32StringSeed } = device.body.virtualMfaDevice;
    const seed = Buffer.from(base32StringSeed as string, 'base64').toString();
    return { serialNumber, seed };
  }

  it('moves every secret to the new key, beside the running server, and all go on working', async () => {
    const tenant = await newTenant(server.baseUrl);
    const { serialNumber, seed } = await sealEverything(tenant);
    const { userName, accessKey } = await tenant.addUser('ana');
    const codes = twoCodes(seed);
    const enabled = await tenant.rest.post('/v1/mfa-devices/enable', { userName, serialNumber, ...codes });
    expect(enabled.status).toBe(204);
    const tokenPath = await sendDelegationToken(tenant);
    const { tradeInToken } = (await tenant.rest.post(tokenPath)).body;
    const before = await keyIds();
    expect(before.size).toBe(1);

    const strange = admin(['rotate-master-key'], { GATEHOUSE_MASTER_KEY: secondKey });
    expect(strange).toMatchObject({ status: 1, stderr: expect.stringContaining('sealed under another master key') });
    expect(await keyIds()).toEqual(before);

    const both = { GATEHOUSE_MASTER_KEY: secondKey, GATEHOUSE_PREVIOUS_MASTER_KEYS: firstKey };
    await restart(both);
    const done = admin(['rotate-master-key'], both);
    expect(done).toMatchObject({ status: 0, stdout: expect.stringMatching(/^[1-9][0-9]* secrets sealed anew/) });
    expect(done.stderr).toMatch(/([0-9]+) of \1 accounts\n$/);
    const after = await keyIds();
    expect(after.size).toBe(1);
    expect(after).not.toEqual(before);
    expect(admin(['rotate-master-key'], both).stdout).toMatch(/^0 secrets sealed anew/);

    await restart({ GATEHOUSE_MASTER_KEY: secondKey });
    const again = awsClients(server.baseUrl, accessKey);
    await expect(again.iam.send(new ListUsersCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' });
    const token = await again.sts.send(
      new GetSessionTokenCommand({ SerialNumber: serialNumber, TokenCode: totp(seed, Date.now() + 30_000) }),
    );
    expect(token.Credentials?.SessionToken).toBeDefined();
    const owner = await signIn(server.baseUrl, tenant.email, tenant.password);
    expect((await owner.post(tokenPath)).body).toEqual({ tradeInToken });
    const operator = await signIn(server.baseUrl, 'new-root@gatehouse.test', operatorPassword);
    const claim = {
      userName,
      serialNumber: 'FOB0000001',
      authenticationCode1: '000000',
      authenticationCode2: '000000',
    };
    expect((await owner.post('/v1/mfa-devices/enable', claim)).body.code).toBe('InvalidAuthenticationCode');
    expect((await operator.get('/v1/hardware-tokens/FOB0000001')).status).toBe(200);
    expect(admin(['verify-audit'], { GATEHOUSE_MASTER_KEY: secondKey }).stdout).not.toContain('BROKEN');
  });
});
