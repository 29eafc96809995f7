import type pg from 'pg';
import { manyPairs, manyPatterns, manyStatements } from './long-policies.js';
import { ACTION, id, MANAGED_POLICY_CHARACTERS, name, run, type Statement } from './statements.js';

/** The number of resources of each kind in an account: AWS's default quotas, minus some that operations add. */
const counts = { users: 4980, groups: 280, roles: 980, policies: 1480, versions: 4, attachedPolicies: 9 };

/** Names in an account that `fillAccount` filled: of the resources with the most attached data. */
export const full = {
  userName: 'u1'.padEnd(64, 'x'),
  groupName: 'g1'.padEnd(128, 'x'),
  roleName: 'r1'.padEnd(64, 'x'),
  policyName: 'p1'.padEnd(128, 'x'),
  instanceProfileName: 'i1'.padEnd(128, 'x'),
  inlinePolicyName: 'inline',
  path: `/${'ab'.repeat(255)}/`,
};

/** The nth of a kind. */
export function nameOfFull(letter: string, n: number, length: number): string {
  return `${letter}${n}`.padEnd(length, 'x');
}

/** The nth sign-in session of the root user. */
export function sessionIdOfFull(n: number): string {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}

/** The nth delegation request. */
export function requestIdOfFull(accountId: string, n: number): string {
  return `${accountId}-${sessionIdOfFull(n)}`;
}

const DESCRIPTION = 'd'.repeat(1000);

/** Small statements, which fit into a trust policy. */
function trustPolicy(characters: number): string {
  const statement = { Effect: 'Allow', Principal: { AWS: '123456789012' }, Action: 'sts:AssumeRole' };
  const count = Math.floor((characters - 40) / (JSON.stringify(statement).length + 1));
  return JSON.stringify({ Version: '2012-10-17', Statement: Array.from({ length: count }, () => statement) });
}

/** Fifty tags of the maximum size; the keys differ for each row `n`. */
const TAGS = `(SELECT jsonb_object_agg(rpad('k' || n || '-' || tag, 128, 'k'), repeat('v', 256)) FROM generate_series(1, 50) tag)`;

const policyArn = `'arn:aws:iam::' || $1 || ':policy' || $2 || ${name('p', 128)}`;

/** Writes rows directly, because the API would take hours; the rows equal those of the API. */
function statementsOf(accountId: string): Statement[] {
  const { path } = full;
  const identities = (type: string, prefix: string, letter: string, length: number, count: number): Statement => [
    `INSERT INTO identities (account_id, identity_id, type, name, name_key, path, tags)
     SELECT $1, ${id(prefix, type)}, '${type}', ${name(letter, length)}, ${name(letter, length)}, $2,
            CASE WHEN n <= 1000 AND '${type}' <> 'group' THEN ${TAGS} ELSE '{}' END
     FROM generate_series(1, ${count}) n`,
    accountId,
    path,
  ];
  return [
    identities('user', 'AIDA', 'u', 64, counts.users),
    identities('group', 'AGPA', 'g', 128, counts.groups),
    identities('role', 'AROA', 'r', 64, counts.roles),
    [
      `UPDATE identities SET trust_policy = $2, trusted_ids = '{}', description = $3, max_session_duration_seconds = 3600
       WHERE account_id = $1 AND type = 'role'`,
      accountId,
      trustPolicy(2048),
      DESCRIPTION,
    ],
    [
      `INSERT INTO managed_policies (account_id, policy_id, name, name_key, path, description, next_version_number, tags)
       SELECT $1, ${id('ANPA', 'policy')}, ${name('p', 128)}, ${name('p', 128)}, $2, $3, 5, ${TAGS}
       FROM generate_series(1, ${counts.policies}) n`,
      accountId,
      path,
      DESCRIPTION,
    ],
    [
      `INSERT INTO managed_policy_versions (account_id, policy_id, version_number, document)
       SELECT $1, ${id('ANPA', 'policy')}, version, CASE WHEN n % 2 = 0 THEN $2 ELSE $3 END
       FROM generate_series(1, ${counts.policies}) n, generate_series(1, ${counts.versions}) version`,
      accountId,
      manyStatements(MANAGED_POLICY_CHARACTERS),
      manyPatterns(MANAGED_POLICY_CHARACTERS),
    ],
    // The first policy is attached to everything, and the first of each kind has as many as possible.
    [
      `INSERT INTO policy_attachments (account_id, identity_id, policy_arn, policy_id)
       SELECT $1, identity_id, ${policyArn}, ${id('ANPA', 'policy')}
       FROM identities, generate_series(1, ${counts.attachedPolicies}) n
       WHERE account_id = $1 AND (n = 1 OR type <> 'user' OR name = $3)`,
      accountId,
      path,
      full.userName,
    ],
    [
      `INSERT INTO inline_policies (account_id, identity_id, name, document)
       SELECT $1, identity_id, 'inline', CASE type WHEN 'user' THEN $2 WHEN 'group' THEN $3 ELSE $4 END
       FROM identities
       WHERE account_id = $1 AND (type = 'group' OR identity_id = ANY (
         SELECT ${id('AIDA', 'user')} FROM generate_series(1, 1000) n
         UNION ALL SELECT ${id('AROA', 'role')} FROM generate_series(1, 250) n))`,
      accountId,
      manyStatements(2048),
      manyStatements(5120),
      manyStatements(10_240),
    ],
    // All users are in the first ten groups.
    [
      `INSERT INTO group_memberships (account_id, group_id, user_id)
       SELECT $1, ${id('AGPA', 'group')}, identity_id FROM identities, generate_series(1, 10) n
       WHERE account_id = $1 AND type = 'user'`,
      accountId,
    ],
    [
      `INSERT INTO instance_profiles (account_id, instance_profile_id, name, name_key, path, tags, role_id)
       SELECT $1, ${id('AIPA', 'profile')}, ${name('i', 128)}, ${name('i', 128)}, $2, ${TAGS}, 'AROA' || upper(left(md5('role1'), 17))
       FROM generate_series(1, 980) n`,
      accountId,
      path,
    ],
    [
      `INSERT INTO mfa_devices (account_id, device_id, kind, principal_id, enabled_at, tags)
       SELECT $1, 'mfa/' || ${name('m', 200)}, 'virtual', ${id('AIDA', 'user')}, now(), ${TAGS} FROM generate_series(1, 4980) n`,
      accountId,
    ],
    [
      `INSERT INTO oath_secrets (account_id, device_id, sealed_seed, type, algorithm, digits)
       SELECT account_id, device_id, '', 'totp', 'SHA1', 6 FROM mfa_devices WHERE account_id = $1`,
      accountId,
    ],
    [
      `INSERT INTO oidc_providers (account_id, issuer, url, client_ids, thumbprints, tags)
       SELECT $1, ${name('oidc', 200)} || '.example.com', ${name('oidc', 200)} || '.example.com',
              ARRAY(SELECT rpad(client::text, 255, 'c') FROM generate_series(1, 90) client),
              ARRAY(SELECT repeat('a', 40) FROM generate_series(1, 5)), ${TAGS}
       FROM generate_series(1, 90) n`,
      accountId,
    ],
    [
      `INSERT INTO resource_policies (account_id, resource_arn, resource_type, document, principal_ids)
       SELECT $1, 'arn:aws:budget:aa:' || $1 || ':' || ${name('thing', 1900)}, 'thing', $2, '{}'
       FROM generate_series(1, 990) n`,
      accountId,
      trustPolicy(20_480).replaceAll('sts:AssumeRole', 'budget:Do'),
    ],
    [
      `INSERT INTO access_facts (account_id, principal_id, service, action, last_attempt_at, last_allowed_at, region)
       SELECT $1, identity_id, 'platform1', ${ACTION}, now(), now(), 'us-east-1'
       FROM identities, generate_series(1, CASE WHEN name IN ($2, $3) THEN 1000 ELSE 3 END) action
       WHERE account_id = $1 AND type <> 'group'`,
      accountId,
      full.userName,
      full.roleName,
    ],
    [
      `INSERT INTO audit_events (account_id, sequence, event_time, event_id, request_id, operation, read_only, caller_arn, caller_id,
         caller_name, mfa_authenticated, resource_arn, resource_name, input, outcome, source_ip, user_agent, previous_hash, hash)
       SELECT $1, 1000000 + n, now(), gen_random_uuid(), gen_random_uuid()::text, 'iam:CreateRole', false, 'arn:aws:iam::' || $1 || ':root', $1,
         'root', false, 'arn:aws:iam::' || $1 || ':role' || $2 || ${name('r', 64)}, ${name('r', 64)}, $3, 'allowed', '127.0.0.1', repeat('u', 512), '', ''
       FROM generate_series(1, 3000) n`,
      accountId,
      path,
      JSON.stringify({
        assumeRolePolicyDocument: trustPolicy(2048),
        description: DESCRIPTION,
        tags: 't'.repeat(17_000),
      }),
    ],
    [
      `INSERT INTO delegation_requests (account_id, request_id, workflow_id, owner_account_id, requestor_name, description, request_message,
         policy_template_arn, parameters, permission_policy, notification_channel, session_seconds, only_send_by_owner, expires_at, notes,
         state, owner_arn, approver_arn, approver_id)
       SELECT $1, $1 || '-00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'), rpad('w' || n, 400, 'w'), $1, 'budget', $2, repeat('m', 200),
         'arn:aws:iam::aws:delegation-template/x', '[]', $3, 'https://example.com', 3600, false, now() + interval '1 day', repeat('n', 500),
         (CASE WHEN n < 20 THEN 'ASSIGNED' WHEN n < 35 THEN 'UNASSIGNED' WHEN n < 65 THEN 'ASSIGNED' ELSE 'ACCEPTED' END)::delegation_state,
         CASE WHEN n BETWEEN 20 AND 34 THEN NULL ELSE 'arn:aws:iam::' || $1 || ':root' END,
         'arn:aws:iam::' || $1 || ':root', $1
       FROM generate_series(1, 80) n`,
      accountId,
      DESCRIPTION,
      manyPairs(MANAGED_POLICY_CHARACTERS),
    ],
    [
      `INSERT INTO sessions (account_id, session_id, principal_id, refresh_token_hash, expires_at, source_ip, user_agent, created_at, refreshed_at)
       SELECT $1, '00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'), $1, sha256(n::text::bytea), now() + interval '1 hour', '127.0.0.1', repeat('u', 512),
              now() - interval '1 minute', now()
       FROM generate_series(1, 490) n`,
      accountId,
    ],
    [
      `INSERT INTO owned_delegation_requests (account_id, request_id, owner_arn)
       SELECT $1, request_id, 'arn:aws:iam::' || $1 || ':root' FROM delegation_requests WHERE account_id = $1 AND state <> 'UNASSIGNED'`,
      accountId,
    ],
  ];
}

/** Fills an account up to its quotas with rows of the maximum size. */
export async function fillAccount(database: pg.ClientBase, accountId: string): Promise<void> {
  await run(database, statementsOf(accountId));
}

/** The ARN of a resource in the full account. */
export function iamArn(accountId: string, kind: string, name: string): string {
  return `arn:aws:iam::${accountId}:${kind}${full.path}${name}`;
}

/** Values of input members by name: the rows with the most data. */
export function knownValues(accountId: string): Readonly<Record<string, unknown>> {
  return {
    userName: full.userName,
    groupName: full.groupName,
    roleName: full.roleName,
    instanceProfileName: full.instanceProfileName,
    policyName: full.inlinePolicyName,
    accountId,
    policyArn: iamArn(accountId, 'policy', full.policyName),
    roleArn: iamArn(accountId, 'role', full.roleName),
    policySourceArn: iamArn(accountId, 'user', full.userName),
    arn: iamArn(accountId, 'user', full.userName),
    permissionsBoundary: iamArn(accountId, 'policy', full.policyName),
    instanceProfileArn: iamArn(accountId, 'instance-profile', full.instanceProfileName),
    serialNumber: `arn:aws:iam::${accountId}:mfa/${'m1'.padEnd(200, 'x')}`,
    openIdConnectProviderArn: `arn:aws:iam::${accountId}:oidc-provider/${'oidc1'.padEnd(200, 'x')}.example.com`,
    samlProviderArn: `arn:aws:iam::${accountId}:saml-provider/${'saml1'.padEnd(128, 'x')}`,
    versionId: 'v1',
    resourceArn: `arn:aws:budget:aa:${accountId}:${'thing1'.padEnd(1900, 'x')}`,
    delegationRequestId: requestIdOfFull(accountId, 1),
    entityArn: `arn:aws:iam::${accountId}:delegation-request/${requestIdOfFull(accountId, 1)}`,
    pathPrefix: '/',
    maxItems: 1000,
  };
}
