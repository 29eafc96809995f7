import type pg from 'pg';
import { manyActions, manyPatterns } from './long-policies.js';
import { ACTION, id, MANAGED_POLICY_CHARACTERS, name, run, type Statement } from './statements.js';

/** Services with the maximum number of actions in total, minus some that operations add. */
const platform: readonly Statement[] = [
  [
    `INSERT INTO services (prefix, service_principal, display_name, definition)
     SELECT 'platform' || n, 'platform' || n || '.example.com', 'Platform', jsonb_build_object('actions', (
       SELECT jsonb_agg(jsonb_build_object('name', ${ACTION}, 'accessLevel', 'Read'))
       FROM generate_series(1, CASE n WHEN 9 THEN 400 ELSE 1000 END) action))
     FROM generate_series(1, 9) n`,
  ],
];

/** Workloads of a registered service in a filled account. */
function workloadsOf(accountId: string, servicePrefix: string): Statement {
  return [
    `INSERT INTO workloads (account_id, workload_id, service_prefix, resource_arn, role_id, instance_profile_id, token_hash)
     SELECT $1, gen_random_uuid()::text, $2, rpad('arn:aws:' || $2 || ':eu:' || $1 || ':last/' || n, 255, 'x'),
            CASE WHEN n % 2 = 0 THEN ${id('AROA', 'role').replace('|| n', '|| (n % 900 + 1)')} END,
            CASE WHEN n % 2 = 1 THEN ${id('AIPA', 'profile').replace('|| n', '|| (n % 900 + 1)')} END, sha256(n::text::bytea)
     FROM generate_series(1, 1500) n`,
    accountId,
    servicePrefix,
  ];
}

/** An account with the maximum total size of policies for security findings, with a user that has some of them. */
function policiesOf(accountId: string): Statement[] {
  const userId = `'AIDA' || upper(left(md5('reader'), 17))`;
  return [
    [
      `WITH made AS (
         INSERT INTO managed_policies (account_id, policy_id, name, name_key, next_version_number)
         SELECT $1, ${id('ANPA', 'medium')}, ${name('p', 128)}, ${name('p', 128)}, 2 FROM generate_series(1, 1290) n
         RETURNING policy_id, name)
       INSERT INTO managed_policy_versions (account_id, policy_id, version_number, document)
       SELECT $1, policy_id, 1, CASE WHEN name ~ '^p[1-3]x' THEN $2 ELSE $3 END FROM made`,
      accountId,
      manyActions(MANAGED_POLICY_CHARACTERS),
      manyPatterns(MANAGED_POLICY_CHARACTERS),
    ],
    [
      `INSERT INTO identities (account_id, identity_id, type, name, name_key) VALUES ($1, ${userId}, 'user', 'reader', 'reader')`,
      accountId,
    ],
    [
      `INSERT INTO policy_attachments (account_id, identity_id, policy_arn, policy_id)
       SELECT $1, ${userId}, 'arn:aws:iam::' || $1 || ':policy/' || ${name('p', 128)}, ${id('ANPA', 'medium')} FROM generate_series(1, 9) n`,
      accountId,
    ],
    [
      `INSERT INTO access_facts (account_id, principal_id, service, action, last_attempt_at, last_allowed_at, region)
       SELECT $1, ${userId}, 'platform1', ${ACTION}, now(), now(), 'us-east-1' FROM generate_series(1, 1000) action`,
      accountId,
    ],
  ];
}

export async function fillPlatform(database: pg.ClientBase): Promise<void> {
  await run(database, platform);
}

export async function fillWorkloads(database: pg.ClientBase, accountId: string, service: string): Promise<void> {
  await run(database, [workloadsOf(accountId, service)]);
}

export async function fillWithPolicies(database: pg.ClientBase, accountId: string): Promise<void> {
  await run(database, policiesOf(accountId));
}
