import { setTimeout as pause } from 'node:timers/promises';
import { GenerateCredentialReportCommand, GetCredentialReportCommand } from '@aws-sdk/client-iam';
import { type Replicas, startReplicas } from '../support/replicas.js';
import { RestClient } from '../support/rest-client.js';
import type { RunningServer } from '../support/server.js';
import { newTenant, signIn, type Tenant } from '../support/tenant.js';

let replicas: Replicas;
let server: RunningServer;

beforeAll(async () => {
  replicas = await startReplicas();
  server = await replicas.start();
});

afterAll(() => replicas.stop());

const sql = (text: string, ...values: unknown[]) => replicas.database.query(text, values);

async function finishedReport({ iam }: Tenant): Promise<string> {
  while ((await iam.send(new GenerateCredentialReportCommand())).State !== 'COMPLETE') await pause(50);
  const { Content } = await iam.send(new GetCredentialReportCommand());
  return Buffer.from(Content!).toString();
}

it('says of each user what is true, in the columns and words of AWS', async () => {
  const tenant = await newTenant(server.baseUrl);
  const { accountId, rest } = tenant;
  const signer = await tenant.addUser('Signer,A');
  await rest.post('/v1/users', { userName: 'idle', path: '/team/' });
  for (const [userName, password] of [
    ['reader', 'Reader-password-1'],
    ['newcomer', 'Newcomer-password-1'],
  ]) {
    await rest.post('/v1/users', { userName });
    await rest.post(`/v1/users/${userName}/login-profile`, { password });
  }
  const second = await rest.post('/v1/access-keys', { userName: 'Signer,A' });
  const at = (table: string, column: string, time: string, where: string) =>
    sql(`UPDATE ${table} SET ${column} = '${time}' WHERE account_id = $1 AND ${where}`, accountId);
  await at('accounts', 'created_at', '2026-01-01T00:00:00Z', 'true');
  await at('accounts', 'root_password_last_used_at', '2026-01-02T00:00:00Z', 'true');
  await at('identities', 'created_at', '2026-02-01T00:00:00Z', 'true');
  await at('identities', 'password_last_used_at', '2026-02-03T10:20:30Z', "name = 'reader'");
  await at('login_profiles', 'password_set_at', '2026-02-02T00:00:00Z', 'true');
  await at('access_keys', 'created_at', '2026-03-01T00:00:00Z', 'true');
  await sql(
    `UPDATE access_keys SET created_at = '2026-03-02T00:00:00Z', status = 'Inactive' WHERE access_key_id = $1`,
    second.body.accessKey.accessKeyId,
  );
  await sql(
    `UPDATE access_keys SET last_used_at = '2026-03-04T05:06:07Z', last_used_service = 'iam', last_used_region = 'eu-central-1'
     WHERE access_key_id = $1`,
    signer.accessKey.accessKeyId,
  );
  await sql(
    `INSERT INTO mfa_devices (account_id, device_id, kind, principal_id)
     SELECT account_id, 'mfa/phone', 'virtual', identity_id FROM identities WHERE account_id = $1 AND name = 'reader'`,
    accountId,
  );
  for (const [id, status, day] of [
    ['CERTONE', 'Active', '05'],
    ['CERTTWO', 'Inactive', '06'],
  ]) {
    await sql(
      `INSERT INTO signing_certificates (account_id, certificate_id, user_id, certificate_body, fingerprint, status, created_at)
       SELECT account_id, $2, identity_id, '', $2, $3::credential_status, $4::timestamptz FROM identities
       WHERE account_id = $1 AND name = 'reader'`,
      accountId,
      id,
      status,
      `2026-03-${day}T00:00:00Z`,
    );
  }
  await sql(
    `INSERT INTO password_policies (account_id, minimum_password_length, require_symbols, require_numbers,
       require_uppercase_characters, require_lowercase_characters, allow_users_to_change_password, max_password_age)
     VALUES ($1, 8, false, false, false, false, true, 90)`,
    accountId,
  );

  const [header, ...rows] = (await finishedReport(tenant)).split('\n');
  expect(header).toBe(
    'user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,' +
      'mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,' +
      'access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,' +
      'access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,' +
      'cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated',
  );
  const arn = `arn:aws:iam::${accountId}`;
  const noKey = 'false,N/A,N/A,N/A,N/A';
  const noCertificates = 'false,N/A,false,N/A';
  const born = '2026-02-01T00:00:00Z';
  const changed = '2026-02-02T00:00:00Z,2026-05-03T00:00:00Z';
  // The root user signs these calls, so only its last use is not known in advance.
  const [root, ...users] = rows;
  expect(root!.replace(/,\d{4}-\d\d-\d\dT[\d:]+Z,us-east-1,iam,/, ',<now>,us-east-1,iam,')).toMatch(
    new RegExp(
      `^<root_account>,${arn}:root,2026-01-01T00:00:00Z,not_supported,2026-01-02T00:00:00Z,not_supported,not_supported,false,` +
        `true,2026-03-01T00:00:00Z,(?:<now>,us-east-1,iam|N/A,N/A,N/A),${noKey},${noCertificates}$`,
    ),
  );
  expect(users).toEqual([
    `idle,${arn}:user/team/idle,${born},false,N/A,N/A,N/A,false,${noKey},${noKey},${noCertificates}`,
    `newcomer,${arn}:user/newcomer,${born},true,no_information,${changed},false,${noKey},${noKey},${noCertificates}`,
    `reader,${arn}:user/reader,${born},true,2026-02-03T10:20:30Z,${changed},true,${noKey},${noKey},` +
      'true,2026-03-05T00:00:00Z,false,2026-03-06T00:00:00Z',
    `"Signer,A","${arn}:user/Signer,A",${born},false,N/A,N/A,N/A,false,` +
      `true,2026-03-01T00:00:00Z,2026-03-04T05:06:07Z,eu-central-1,iam,false,2026-03-02T00:00:00Z,N/A,N/A,N/A,${noCertificates}`,
  ]);
});

it('keeps a report for four hours, then makes a new one', async () => {
  const tenant = await newTenant(server.baseUrl);
  const { iam, rest, accountId } = tenant;
  await expect(iam.send(new GetCredentialReportCommand())).rejects.toMatchObject({
    name: 'CredentialReportNotPresentException',
  });
  expect((await rest.get('/v1/credential-report/progress')).body).toMatchObject({ code: 'ReportNotPresent' });
  expect(await iam.send(new GenerateCredentialReportCommand())).toMatchObject({
    State: 'STARTED',
    Description: 'No report exists. Starting a new report generation task',
  });
  const before = await finishedReport(tenant);
  await rest.post('/v1/users', { userName: 'latecomer' });
  expect(await finishedReport(tenant)).toBe(before);

  await sql(
    `UPDATE credential_reports SET generated_at = now() - interval '4 hours 1 second' WHERE account_id = $1`,
    accountId,
  );
  await expect(iam.send(new GetCredentialReportCommand())).rejects.toMatchObject({
    name: 'CredentialReportExpiredException',
  });
  expect((await iam.send(new GenerateCredentialReportCommand())).State).toBe('STARTED');
  expect(await finishedReport(tenant)).toContain('\nlatecomer,');
});

it('goes on where a killed server stopped, without a gap or a double', async () => {
  const doomed = await replicas.start();
  const tenant = await newTenant(doomed.baseUrl);
  const { accountId } = tenant;
  await sql(
    `INSERT INTO identities (account_id, identity_id, type, name, name_key)
     SELECT $1, 'AIDA' || lpad(n::text, 17, '0'), 'user', 'User-' || n, 'user-' || n FROM generate_series(1, 30000) AS n`,
    accountId,
  );
  await tenant.iam.send(new GenerateCredentialReportCommand());
  await expect(tenant.iam.send(new GetCredentialReportCommand())).rejects.toMatchObject({
    name: 'CredentialReportNotReadyException',
  });
  let usersDone = 0;
  while (usersDone === 0) {
    const { body } = await tenant.rest.get('/v1/credential-report/progress');
    expect(body.usersTotal).toBe(30_000);
    usersDone = body.usersDone as number;
  }
  await doomed.kill();
  const [left] = await sql('SELECT users_done, generated_at FROM credential_reports WHERE account_id = $1', accountId);
  expect(left).toMatchObject({ generated_at: null });
  // Its lease expires.
  await sql('UPDATE credential_reports SET leased_until = now() WHERE account_id = $1', accountId);

  const rest: RestClient = await signIn(server.baseUrl, tenant.email, tenant.password);
  let report = await rest.get('/v1/credential-report');
  while (report.body.code === 'ReportInProgress') {
    await pause(100);
    report = await rest.get('/v1/credential-report');
  }
  const names = Buffer.from(report.body.content as string, 'base64')
    .toString()
    .split('\n')
    .slice(2)
    .map((row) => row.slice(0, row.indexOf(',')));
  expect(names).toHaveLength(30_000);
  expect(new Set(names).size).toBe(30_000);
});

it('is the same as a file, which breaks off when the report is replaced under it', async () => {
  const tenant = await newTenant(server.baseUrl);
  expect((await tenant.rest.get('/v1/credential-report/csv')).body.code).toBe('ReportNotPresent');
  await tenant.rest.post('/v1/users', { userName: 'ana' });
  const whole = await finishedReport(tenant);
  const { accessToken } = (
    await new RestClient(server.baseUrl).post('/v1/sign-in', { email: tenant.email, password: tenant.password })
  ).body as { accessToken: string };
  const download = () =>
    fetch(`${server.baseUrl}/v1/credential-report/csv`, { headers: { authorization: `Bearer ${accessToken}` } });
  const response = await download();
  expect(response.headers.get('content-type')).toContain('text/csv');
  expect(await response.text()).toBe(whole);

  // So much that the client cannot have received all of it before it is replaced.
  await sql(
    `INSERT INTO credential_report_chunks (account_id, number, content)
     SELECT $1, n, repeat('x', 1000000) FROM generate_series(1, 40) AS n`,
    tenant.accountId,
  );
  const broken = await download();
  await sql(`UPDATE credential_reports SET report_id = gen_random_uuid() WHERE account_id = $1`, tenant.accountId);
  await expect(broken.text()).rejects.toThrow();
});
