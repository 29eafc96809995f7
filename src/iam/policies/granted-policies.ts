import { attachedPolicies } from '../../access/principals/attached-policies.js';
import { TimeSlices } from '../../kernel/time-slices.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import type { Identity, IdentityType } from '../../generated/prisma/client.js';
import { parseStoredPolicy, type PolicyDocument } from 'gatehouse-policy-engine';

/** A policy of an identity, directly or through a group, with the text of its default version. */
export interface GrantedPolicy {
  readonly kind: 'inline' | 'managed';
  /**
   * The identity in which it is embedded or to which it is attached: the identity itself, or one of a user's groups.
   */
  readonly ownerId: string;
  readonly ownerType: IdentityType;
  readonly ownerName: string;
  readonly name: string;
  /** Of a managed policy. */
  readonly arn: string | null;
  readonly document: string;
}

/**
 * All policies that grant or deny permissions to a user, group or role, including those of a user's groups, but not the
 * permissions boundary. Ordered by owner and name.
 */
export function grantedPolicies(tx: Transaction, accountId: string, identityId: string): Promise<GrantedPolicy[]> {
  return tx.$queryRaw<GrantedPolicy[]>`
    WITH owners AS (
      SELECT identity_id, type, name FROM identities WHERE account_id = ${accountId} AND identity_id = ${identityId}
      UNION ALL
      SELECT team.identity_id, team.type, team.name
      FROM group_memberships AS membership
      JOIN identities AS team ON team.account_id = ${accountId} AND team.identity_id = membership.group_id
      WHERE membership.account_id = ${accountId} AND membership.user_id = ${identityId}
    )
    SELECT 'inline' AS kind, owners.identity_id AS "ownerId", owners.type::text AS "ownerType",
      owners.name AS "ownerName", inline.name, NULL AS arn, inline.document
    FROM owners JOIN inline_policies AS inline
      ON inline.account_id = ${accountId} AND inline.identity_id = owners.identity_id
    UNION ALL
    SELECT 'managed', owners.identity_id, owners.type::text, owners.name, coalesce(policy.name, platform.name),
      attachment.policy_arn, coalesce(version.document, platform_version.document)
    FROM ${attachedPolicies(accountId)}
    ORDER BY 4, 1, 5`;
}

/** Their documents, in order. In slices: a user's groups can add more than a hundred policies. */
export function parseGranted(
  policies: readonly Pick<GrantedPolicy, 'document'>[],
  partition: string,
): Promise<PolicyDocument[]> {
  return new TimeSlices().map(policies, ({ document }) => parseStoredPolicy(document, 'identity', { partition }));
}

/** The permissions boundary of a user or role; undefined if it has none. */
export async function boundaryDocument(
  tx: Transaction,
  identity: Identity,
): Promise<{ arn: string; document: string } | undefined> {
  const { accountId, permissionsBoundaryArn: arn } = identity;
  if (arn === null) return undefined;
  const policyId = identity.permissionsBoundaryPolicyId ?? identity.permissionsBoundaryPlatformPolicyId;
  return { arn, document: await documentInForce(tx, accountId, policyId) };
}

/**
 * The text of the default version of a policy of the account or of the platform.
 *
 * @throws Error if there is no such policy: a policy that is in use cannot be deleted
 */
export async function documentInForce(tx: Transaction, accountId: string, policyId: string | null): Promise<string> {
  const rows = await tx.$queryRaw<{ document: string }[]>`
    SELECT version.document
    FROM managed_policies AS policy
    JOIN managed_policy_versions AS version
      ON version.account_id = policy.account_id AND version.policy_id = policy.policy_id
      AND version.version_number = policy.default_version_number
    WHERE policy.account_id = ${accountId}::bpchar AND policy.policy_id = ${policyId}
    UNION ALL
    SELECT version.document
    FROM platform_policies AS policy
    JOIN platform_policy_versions AS version
      ON version.policy_id = policy.policy_id AND version.version_number = policy.default_version_number
    WHERE policy.policy_id = ${policyId}`;
  const [row] = rows;
  if (!row) throw new Error(`The policy ${policyId} is in use but has no document`);
  return row.document;
}
