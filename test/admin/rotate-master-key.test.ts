import { randomBytes, randomUUID } from 'node:crypto';
import {
  AcceptDelegationRequestCommand,
  AssociateDelegationRequestCommand,
  CreateDelegationRequestCommand,
  CreatePolicyCommand,
  ListUsersCommand,
  SendDelegationTokenCommand,
} from '@aws-sdk/client-iam';
import { GetSessionTokenCommand } from '@aws-sdk/client-sts';
import { GENESIS } from '../../src/audit/trail/chain.js';
import { ChainSeals } from '../../src/audit/trail/chain-seals.js';
import { sealedColumns } from '../../src/ops/admin/sealed-columns.js';
import { EmbeddedPostgres } from '../../src/kernel/database/embedded/embedded-postgres.js';
import { SecretBox } from '../../src/kernel/secrets/secret-box.js';
import { runAdmin } from '../support/admin-command.js';
import { newCertificate } from '../support/certificates.js';
import { signInWithRecoveryCode, userWithRecoveryCodes } from '../support/recovery-codes.js';
import { newDataDirectory, removeDataDirectory } from '../support/run-directory.js';
import { samlMetadata } from '../support/saml-metadata.js';
import { rootUser, type RunningServer, startServer } from '../support/server.js';
import { definitionOf } from '../support/services.js';
import { allow, awsClients, newTenant, signIn, type Tenant } from '../support/tenant.js';
import { queryAs } from '../support/test-database.js';
import { totp, twoCodes } from '../support/totp.js';

/** `npm run admin -- rotate-master-key`: no secret remains under the old key, and none is lost. */

const firstKey = randomBytes(32).toString('base64');
const secondKey = randomBytes(32).toString('base64');

/** Nothing listens there, so mails remain in the database. */
const noMailServer = { GATEHOUSE_SMTP_URL: 'smtp://127.0.0.1:9', GATEHOUSE_EMAIL_CONFIRMATION: 'off' };

let dataDirectory: string;
let server: RunningServer;

beforeAll(async () => {
  dataDirectory = await newDataDirectory();
  server = await startServer({ dataDirectory, environment: { ...noMailServer, GATEHOUSE_MASTER_KEY: firstKey } });
});
afterAll(async () => {
  await server.stop();
  await removeDataDirectory(dataDirectory);
});

async function restart(environment: Record<string, string>): Promise<void> {
  await server.stop();
  server = await startServer({ dataDirectory, environment: { ...noMailServer, ...environment } });
}

const admin = (words: readonly string[], environment: Record<string, string>) =>
  runAdmin(words, { GATEHOUSE_DATA_DIR: dataDirectory, ...environment });

async function query<Row extends object>(sql: string): Promise<Row[]> {
  return queryAs<Row>((await EmbeddedPostgres.loginOfRunning(dataDirectory))!, sql);
}

/** Hashes, public keys and similar: binary columns without sealed values. */
const unsealed = [
  'audit_chains.last_hash',
  'audit_checkpoints.hash',
  'audit_events.authenticator',
  'audit_events.hash',
  'audit_events.previous_hash',
  'email_confirmations.token_hash',
  'password_recoveries.token_hash',
  'redeemed_saml_assertions.assertion_hash',
  'security_keys.attestation_object',
  'security_keys.public_key',
  'service_specific_credentials.secret_hash',
  'sessions.refresh_token_hash',
  'sign_in_challenges.token_hash',
  'throttles.key',
  'throttles.subject',
  'workloads.token_hash',
];

const named = ({ table, column }: { table: string; column: string }) => `${table}.${column}`;

it('knows every column that may hold something sealed', async () => {
  const rows = await query<{ table: string; column: string }>(
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
    const rows = await query<{ id: string }>(
      `SELECT DISTINCT encode(substring(${column} FROM 2 FOR 4), 'hex') AS id FROM ${table} WHERE ${column} IS NOT NULL`,
    );
    expect([table, rows.length]).not.toEqual([table, 0]);
    for (const { id } of rows) ids.add(id);
  }
  return ids;
}

/** A delegation request of the tenant to itself, whose token was sent. @returns where it is read */
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

/** Like retention; here before the first event. */
async function leaveCheckpoint(accountId: string): Promise<void> {
  const seals = new ChainSeals(new SecretBox(Buffer.from(firstKey, 'base64')));
  const seal = Buffer.from(seals.sealCheckpoint(accountId, { sequence: 0n, hash: GENESIS })).toString('hex');
  const hash = Buffer.from(GENESIS).toString('hex');
  await query(`INSERT INTO audit_checkpoints VALUES ('${accountId}', 0, '\\x${hash}', '\\x${seal}')`);
}

/** A sealed value of every kind, in addition to those of every account. */
async function sealEverything(tenant: Tenant): Promise<{ seed: string; serialNumber: string }> {
  const document = `serialNumber,seed,manufacturer\nFOB0000001,${randomBytes(20).toString('hex')},Acme\n`;
  const operator = await signIn(server.baseUrl, rootUser.email, rootUser.password);
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
  await leaveCheckpoint(tenant.accountId);
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
  const recovering = await userWithRecoveryCodes(tenant);
  const { tradeInToken } = (await tenant.rest.post(tokenPath)).body;
  const before = await keyIds();
  expect(before.size).toBe(1);

  const strange = admin(['rotate-master-key'], { GATEHOUSE_MASTER_KEY: secondKey });
  expect(strange).toMatchObject({ status: 1, stderr: expect.stringContaining('encrypted with another master key') });
  expect(await keyIds()).toEqual(before);

  const both = { GATEHOUSE_MASTER_KEY: secondKey, GATEHOUSE_PREVIOUS_MASTER_KEYS: firstKey };
  await restart(both);
  const done = admin(['rotate-master-key'], both);
  expect(done).toMatchObject({ status: 0, stdout: expect.stringMatching(/^[1-9][0-9]* secrets re-encrypted/) });
  expect(done.stderr).toMatch(/([0-9]+) of \1 accounts\n$/);
  const after = await keyIds();
  expect(after.size).toBe(1);
  expect(after).not.toEqual(before);
  expect(admin(['rotate-master-key'], both).stdout).toMatch(/^0 secrets re-encrypted/);

  await restart({ GATEHOUSE_MASTER_KEY: secondKey });
  const again = awsClients(server.baseUrl, accessKey);
  await expect(again.iam.send(new ListUsersCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' });
  const token = await again.sts.send(
    new GetSessionTokenCommand({ SerialNumber: serialNumber, TokenCode: totp(seed, Date.now() + 30_000) }),
  );
  expect(token.Credentials?.SessionToken).toBeDefined();
  const owner = await signIn(server.baseUrl, tenant.email, tenant.password);
  expect((await owner.post(tokenPath)).body).toEqual({ tradeInToken });
  const recovered = await signInWithRecoveryCode(server.baseUrl, recovering.credentials, recovering.codes[0]!);
  expect(recovered.body.status).toBe('signedIn');
  const operator = await signIn(server.baseUrl, rootUser.email, rootUser.password);
  const claim = {
    userName,
    serialNumber: 'FOB0000001',
    authenticationCode1: '000000',
    authenticationCode2: '000000',
  };
  expect((await owner.post('/v1/mfa-devices/enable', claim)).body.code).toBe('InvalidAuthenticationCode');
  expect((await operator.get('/v1/hardware-tokens/FOB0000001')).status).toBe(200);
  expect(admin(['verify-audit'], { GATEHOUSE_MASTER_KEY: secondKey }).stdout).not.toContain('BROKEN');
  // Four servers and four commands, one after the other.
}, 240_000);
