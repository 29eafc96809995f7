import type { RowReader } from '../../kernel/database/row-reader.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { Tags } from '../../kernel/tags.js';
import type { PolicySource } from 'gatehouse-policy-engine';
import { attachedPolicies } from './attached-policies.js';

/** A principal's row with the text of all its policies. */
export interface PrincipalRow {
  readonly epoch: bigint;
  /** The platform's policy epoch. */
  readonly platformEpoch: bigint;
  readonly isManagement: boolean;
  readonly status: 'active' | 'suspended' | 'closed' | 'purged' | 'pending';
  /** Null when the account has no such user or role. */
  readonly identityId: string | null;
  readonly type: 'user' | 'role' | null;
  readonly name: string | null;
  readonly path: string | null;
  readonly tags: Tags | null;
  readonly boundaryArn: string | null;
  readonly boundaryDocument: string | null;
  /** The account's password policy lets users change their own passwords. */
  readonly mayChangePassword: boolean;
  readonly revocations: number;
  readonly policies: readonly { id: string; type: PolicySource['type']; document: string | null }[] | null;
}

/** A user or role by its unique ID or its name. The account ID stands for the root user, who has no row. */
export type PrincipalKey =
  | { readonly identityId: string }
  | { readonly type: 'user' | 'role'; /** The name in lower case. */ readonly nameKey: string };

/**
 * Reads everything about a principal in one round trip: its row, its inline and attached policies, those of its groups,
 * its boundary, and the policy epochs of the account and the platform in the same snapshot.
 *
 * @returns undefined if the account does not exist
 */
export async function queryPrincipal(
  rows: RowReader,
  accountId: string,
  key: PrincipalKey,
): Promise<PrincipalRow | undefined> {
  const isThat =
    'identityId' in key
      ? Prisma.sql`identity_id = ${key.identityId} AND type <> 'group'`
      : Prisma.sql`type = ${key.type}::identity_type AND name_key = ${key.nameKey}`;
  const statement = Prisma.sql`
    WITH principal AS (
      SELECT * FROM identities WHERE account_id = ${accountId} AND ${isThat}
    ),
    owners AS (
      SELECT identity_id, type FROM principal
      UNION ALL
      SELECT group_id, 'group' FROM group_memberships
      WHERE account_id = ${accountId} AND user_id = (SELECT identity_id FROM principal)
    ),
    policies AS (
      SELECT inline.name AS id, owners.type || '-inline' AS type, inline.document
      FROM owners JOIN inline_policies AS inline
        ON inline.account_id = ${accountId} AND inline.identity_id = owners.identity_id
      UNION
      SELECT attachment.policy_arn, 'managed', coalesce(version.document, platform_version.document)
      FROM ${attachedPolicies(accountId)}
    )
    SELECT
      account.policy_epoch AS epoch,
      (SELECT policy_epoch FROM platform_state) AS "platformEpoch",
      account.is_management AS "isManagement",
      account.status::text AS status,
      principal.identity_id AS "identityId",
      principal.type::text AS type,
      principal.name,
      principal.path,
      principal.tags,
      principal.permissions_boundary_arn AS "boundaryArn",
      coalesce((
        SELECT version.document
        FROM managed_policies AS policy
        JOIN managed_policy_versions AS version
          ON version.account_id = policy.account_id AND version.policy_id = policy.policy_id
          AND version.version_number = policy.default_version_number
        WHERE policy.account_id = ${accountId} AND policy.policy_id = principal.permissions_boundary_policy_id
      ), (
        SELECT version.document
        FROM platform_policies AS policy
        JOIN platform_policy_versions AS version
          ON version.policy_id = policy.policy_id AND version.version_number = policy.default_version_number
        WHERE policy.policy_id = principal.permissions_boundary_platform_policy_id
      )) AS "boundaryDocument",
      EXISTS (
        SELECT 1 FROM password_policies WHERE account_id = ${accountId} AND allow_users_to_change_password
      ) AS "mayChangePassword",
      CASE WHEN principal.identity_id IS NULL THEN account.root_revocations ELSE principal.revocations END AS revocations,
      (SELECT json_agg(policies) FROM policies) AS policies
    FROM accounts AS account LEFT JOIN principal ON true
    WHERE account.account_id = ${accountId}`;
  const [row] = await rows.lookUpRows<AsText<PrincipalRow, 'epoch' | 'platformEpoch'>>(accountId, statement);
  return row && { ...row, epoch: BigInt(row.epoch), platformEpoch: BigInt(row.platformEpoch) };
}

/** Eight-byte numbers as node-postgres returns them. */
type AsText<Row, Numbers extends keyof Row> = Omit<Row, Numbers> & Record<Numbers, string>;
