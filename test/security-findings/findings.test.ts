import { checks } from '../../src/insight/findings/checks/index.js';
import { type Replicas, startReplicas } from '../support/replicas.js';
import { allow, newTenant, type Tenant } from '../support/tenant.js';

/** One account with everything that the checks look for, and a similar one with nothing of it. */
let replicas: Replicas;
let untidy: Tenant;
let tidy: Tenant;

const stranger = '999988887777';
const trust = (Principal: unknown, Condition?: object) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...(Condition ? { Condition } : {}) }],
  });
const onRoles = (Resource: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iam:PassRole', Resource }] });

const sql = (text: string, ...values: unknown[]) => replicas.database.query(text, values);

interface Finding {
  findingId: string;
  check: string;
  severity: string;
  resource: string;
  evidence: string;
  fix: { operation: string; input: Record<string, unknown> }[];
  suppression?: { reason: string };
}

async function findingsOf({ rest }: Tenant, query = ''): Promise<Finding[]> {
  const { status, body } = await rest.get(`/v1/security/findings?maxItems=1000${query}`);
  expect(status).toBe(200);
  return body.findings as Finding[];
}

async function make(tenant: Tenant, names: { user: string; role: string }) {
  const { rest, accountId } = tenant;
  await sql(
    `INSERT INTO accounts (account_id, name, root_email, root_email_key) VALUES ($1, 'Other', 'other@tenant.test', 'other@tenant.test') ON CONFLICT DO NOTHING`,
    stranger,
  );
  await tenant.addUser(names.user);
  await rest.post(`/v1/users/${names.user}/login-profile`, { password: 'Long-enough-password-1' });
  await rest.post('/v1/groups', { groupName: 'staff' });
  const own = { AWS: `arn:aws:iam::${accountId}:root` };
  await rest.post('/v1/roles', { roleName: names.role, assumeRolePolicyDocument: trust(own) });
}

beforeAll(async () => {
  replicas = await startReplicas();
  const { baseUrl } = await replicas.start();
  untidy = await newTenant(baseUrl);
  tidy = await newTenant(baseUrl);

  await make(untidy, { user: 'admin', role: 'forgotten' });
  const bad = untidy.rest;
  await bad.put('/v1/users/admin/policies/own', { policyDocument: JSON.stringify(allow('*')) });
  await bad.put('/v1/groups/staff/policies/pass', { policyDocument: onRoles('*') });
  await bad.put('/v1/groups/staff/policies/keys', {
    policyDocument: JSON.stringify(allow('gatehouse:RegisterSecurityKey')),
  });
  await bad.post('/v1/roles', { roleName: 'open', assumeRolePolicyDocument: trust('*') });
  await bad.post('/v1/roles', { roleName: 'partner', assumeRolePolicyDocument: trust({ AWS: stranger }) });
  const service = { Service: 'orders.example.com' };
  await bad.post('/v1/roles', { roleName: 'worker', assumeRolePolicyDocument: trust(service) });
  // Such a trust policy is refused today, but may have been written earlier.
  const issuer = 'token.actions.githubusercontent.com';
  const provider = `arn:aws:iam::${untidy.accountId}:oidc-provider/${issuer}`;
  await bad.post('/v1/roles', { roleName: 'shared', assumeRolePolicyDocument: trust(service) });
  await sql(
    `UPDATE identities SET trust_policy = $2 WHERE account_id = $1 AND name = 'shared'`,
    untidy.accountId,
    trust({ Federated: provider }).replace('sts:AssumeRole', 'sts:AssumeRoleWithWebIdentity'),
  );
  for (const [table, columns] of [
    ['access_keys', ['created_at']],
    ['login_profiles', ['password_set_at']],
    ['identities', ['created_at']],
  ] as const) {
    const aged = columns.map((column) => `${column} = now() - interval '91 days'`).join(', ');
    await sql(
      `UPDATE ${table} SET ${aged}, ${table === 'access_keys' ? 'last_used_at = NULL' : 'account_id = account_id'} WHERE account_id = $1`,
      untidy.accountId,
    );
  }

  await make(tidy, { user: 'ana', role: 'reader' });
  const good = tidy.rest;
  await good.put('/v1/groups/staff/users/ana');
  await good.put('/v1/groups/staff/policies/read', { policyDocument: JSON.stringify(allow('iam:Get*')) });
  await good.put('/v1/groups/staff/policies/pass', {
    policyDocument: onRoles(`arn:aws:iam::${tidy.accountId}:role/reader`),
  });
  const externalId = { StringEquals: { 'sts:ExternalId': 'ours' } };
  await good.post('/v1/roles', { roleName: 'partner', assumeRolePolicyDocument: trust({ AWS: stranger }, externalId) });
  const source = { StringEquals: { 'aws:SourceAccount': tidy.accountId } };
  await good.post('/v1/roles', { roleName: 'worker', assumeRolePolicyDocument: trust(service, source) });
  await good.post('/v1/service-linked-roles', { awsServiceName: 'orders.example.com' });
  await sql(
    `INSERT INTO password_policies (account_id, minimum_password_length, require_symbols, require_numbers,
       require_uppercase_characters, require_lowercase_characters, allow_users_to_change_password,
       password_reuse_prevention) VALUES ($1, 14, false, false, false, false, true, 24)`,
    tidy.accountId,
  );
  await good.put('/v1/account/sign-in-settings', { mfaRequired: 'all' });
  await sql(`DELETE FROM access_keys WHERE account_id = $1 AND user_id IS NULL`, tidy.accountId);
  await sql(
    `UPDATE accounts SET root_password_last_used_at = now() - interval '31 days' WHERE account_id = $1`,
    tidy.accountId,
  );
  await sql(
    `INSERT INTO mfa_devices (account_id, device_id, kind, principal_id)
     SELECT account_id, 'mfa/' || identity_id, 'virtual'::mfa_device_kind, identity_id FROM identities WHERE account_id = $1 AND type = 'user'
     UNION ALL SELECT account_id, 'mfa/root', 'virtual'::mfa_device_kind, account_id FROM accounts WHERE account_id = $1`,
    tidy.accountId,
  );
});

afterAll(() => replicas.stop());

it.each(checks.map(({ id }) => id))('%s is found where it is, and not where it is not', async (check) => {
  expect((await findingsOf(untidy)).map((finding) => finding.check)).toContain(check);
  expect((await findingsOf(tidy)).filter((finding) => finding.check === check)).toEqual([]);
});

it('finds full access that a platform-managed policy grants', async () => {
  const policyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
  await untidy.rest.put('/v1/groups/staff/attached-policies', { policyArn });
  const grants = (await findingsOf(untidy)).filter(({ check }) => check === 'full-access-grant');
  expect(grants).toContainEqual(
    expect.objectContaining({
      resource: `arn:aws:iam::${untidy.accountId}:group/staff`,
      fix: [{ operation: 'iam:DetachGroupPolicy', input: { groupName: 'staff', policyArn } }],
    }),
  );
});

it('finds the right to pass every role in a platform-managed policy', async () => {
  const policyArn = 'arn:aws:iam::aws:policy/IAMFullAccess';
  await untidy.rest.put('/v1/roles/forgotten/attached-policies', { policyArn });
  const grants = (await findingsOf(untidy)).filter(({ check }) => check === 'pass-role-on-everything');
  expect(grants).toContainEqual(
    expect.objectContaining({
      resource: `arn:aws:iam::${untidy.accountId}:role/forgotten`,
      evidence: `${policyArn} is attached to forgotten`,
      fix: [{ operation: 'iam:DetachRolePolicy', input: { roleName: 'forgotten', policyArn } }],
    }),
  );
});

it('finds a user that looks shared by where it is signed in, whatever its name', async () => {
  const sharedOf = async () => (await findingsOf(tidy)).filter(({ check }) => check === 'shared-user');
  const signIn = (hours: number, places: number) =>
    sql(
      `INSERT INTO audit_events
       SELECT (jsonb_populate_record(NULL::audit_events, to_jsonb(event) || jsonb_build_object(
         'event_id', gen_random_uuid(), 'sequence', event.sequence + 1000 * $2 + n, 'operation', 'gatehouse:SignIn',
         'outcome', 'allowed', 'caller_id', ana.identity_id, 'source_ip', '198.51.100.' || n, 'user_agent', 'Browser ' || n % 2,
         'event_time', date_trunc('hour', now()) - $2 * interval '1 hour' + n * interval '1 minute'))).*
       FROM (SELECT * FROM audit_events WHERE account_id = $1 ORDER BY sequence DESC LIMIT 1) AS event,
         (SELECT identity_id FROM identities WHERE account_id = $1 AND name = 'ana') AS ana,
         generate_series(1, $3) AS n`,
      tidy.accountId,
      hours,
      places,
    );
  // A person who travels.
  for (let hours = 1; hours <= 5; hours += 1) await signIn(hours, 2);
  expect(await sharedOf()).toEqual([]);
  await signIn(6, 5);
  expect(await sharedOf()).toMatchObject([
    { evidence: 'ana signed in from 5 addresses with 2 programs within an hour' },
  ]);
});

it('names operations that there are', async () => {
  const { body } = await untidy.rest.get('/docs/openapi.json');
  const names = Object.values(body.paths as Record<string, Record<string, { operationId: string }>>)
    .flatMap((methods) => Object.values(methods))
    .map(({ operationId }) => operationId.toLowerCase());
  for (const { fix } of await findingsOf(untidy)) {
    for (const { operation } of fix) expect(names).toContain(operation.split(':')[1]!.toLowerCase());
  }
});

it('begins with the most urgent, and pages without a gap or a double', async () => {
  const all = await findingsOf(untidy);
  expect(all[0]!.severity).toBe('critical');
  const paged: Finding[] = [];
  let marker: string | undefined;
  do {
    const { body } = await untidy.rest.get(
      `/v1/security/findings?maxItems=3${marker === undefined ? '' : `&marker=${marker}`}`,
    );
    paged.push(...(body.findings as Finding[]));
    marker = body.marker as string | undefined;
  } while (marker !== undefined);
  expect(paged).toEqual(all);
});

it('is mended by the operations that it names', async () => {
  const [key] = (await findingsOf(untidy)).filter(({ check }) => check === 'access-key-unused');
  const [{ operation, input }] = key!.fix as [Finding['fix'][number]];
  expect(operation).toBe('iam:UpdateAccessKey');
  const { accessKeyId, ...others } = input;
  const { status } = await untidy.rest.patch(`/v1/access-keys/${accessKeyId as string}`, others);
  expect(status).toBeLessThan(300);
  expect((await findingsOf(untidy)).map(({ findingId }) => findingId)).not.toContain(key!.findingId);
});

it('leaves out what is suppressed with a reason, until it is not', async () => {
  const finding = (await findingsOf(untidy)).find(({ check }) => check === 'shared-user')!;
  const path = `/v1/security/findings/${encodeURIComponent(finding.findingId)}/suppression`;
  expect((await untidy.rest.put(path, { reason: ' ' })).status).toBe(400);
  expect((await untidy.rest.put(path, { reason: 'A kiosk' })).body.finding.suppression).toMatchObject({
    reason: 'A kiosk',
    suppressedBy: `arn:aws:iam::${untidy.accountId}:root`,
  });
  const idsOf = (list: Finding[]) => list.map(({ findingId }) => findingId);
  expect(idsOf(await findingsOf(untidy))).not.toContain(finding.findingId);
  expect(idsOf(await findingsOf(untidy, '&status=suppressed'))).toEqual([finding.findingId]);
  const events = await sql(
    `SELECT caller_arn FROM audit_events WHERE account_id = $1 AND operation = 'gatehouse:SuppressSecurityFinding'`,
    untidy.accountId,
  );
  expect(events).toHaveLength(1);
  await untidy.rest.delete(path);
  expect(idsOf(await findingsOf(untidy))).toContain(finding.findingId);
});

it('is a table for people, too', async () => {
  const { body } = await untidy.rest.get('/v1/security/findings?view=table&severity=critical');
  const [head, rule, ...rows] = (body.table as string).trim().split('\n');
  expect(head).toBe('| severity | finding | where | evidence | fix |');
  expect(rule).toBe('| --- | --- | --- | --- | --- |');
  expect(rows).toHaveLength((body.findings as Finding[]).length);
});
