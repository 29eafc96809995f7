import { Prisma } from '../../generated/prisma/client.js';

/**
 * A FROM clause: the policies attached to the identities of a relation `owners (identity_id, …)`, each with its default
 * version. An `attachment` has either a `policy` of the account with its `version`, or a `platform` policy with its
 * `platform_version`.
 */
export function attachedPolicies(accountId: string): Prisma.Sql {
  return Prisma.sql`
    owners
    JOIN policy_attachments AS attachment
      ON attachment.account_id = ${accountId} AND attachment.identity_id = owners.identity_id
    LEFT JOIN managed_policies AS policy
      ON policy.account_id = ${accountId} AND policy.policy_id = attachment.policy_id
    LEFT JOIN managed_policy_versions AS version
      ON version.account_id = ${accountId} AND version.policy_id = policy.policy_id
      AND version.version_number = policy.default_version_number
    LEFT JOIN platform_policies AS platform ON platform.policy_id = attachment.platform_policy_id
    LEFT JOIN platform_policy_versions AS platform_version
      ON platform_version.policy_id = platform.policy_id
      AND platform_version.version_number = platform.default_version_number`;
}
