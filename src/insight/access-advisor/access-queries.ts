import type { Transaction } from '../../kernel/database/database.service.js';
import { type IdentityType, Prisma } from '../../generated/prisma/client.js';
import { type Advised, isIdentity } from './advised.target.js';

/** Days of activity in a report. Source: IAM API reference, GenerateServiceLastAccessedDetails. */
const TRACKED_DAYS = 400;

export interface ActionAccess {
  readonly service: string;
  readonly action: string;
  readonly lastAttemptAt: Date;
  readonly region: string;
  readonly entityType: IdentityType;
  readonly entityPath: string;
  readonly entityName: string;
}

export interface EntityAccess {
  readonly identityId: string;
  readonly type: IdentityType;
  readonly name: string;
  readonly path: string;
  readonly lastAttemptAt: Date | null;
}

/** The users and roles behind the target: itself, a group's members, or the principals with a policy. */
function entities(accountId: string, advised: Advised, arn: string): Prisma.Sql {
  if (!isIdentity(advised)) {
    return Prisma.sql`(
      WITH holders AS (
        SELECT identity_id FROM policy_attachments WHERE account_id = ${accountId}::bpchar AND policy_arn = ${arn}
      )
      SELECT identity_id FROM holders
      UNION
      SELECT user_id FROM group_memberships
      WHERE account_id = ${accountId}::bpchar AND group_id IN (SELECT identity_id FROM holders))`;
  }
  const { identityId, type } = advised;
  if (type !== 'group') return Prisma.sql`(SELECT ${identityId}::text AS identity_id)`;
  return Prisma.sql`(
    SELECT user_id AS identity_id FROM group_memberships
    WHERE account_id = ${accountId}::bpchar AND group_id = ${identityId})`;
}

/** The latest attempt of each action by any of the entities. */
export function newestByAction(
  tx: Transaction,
  accountId: string,
  advised: Advised,
  arn: string,
): Promise<ActionAccess[]> {
  return tx.$queryRaw<ActionAccess[]>`
    SELECT DISTINCT ON (fact.service, fact.action) fact.service, fact.action, fact.last_attempt_at AS "lastAttemptAt",
      fact.region, entity.type::text AS "entityType", entity.path AS "entityPath", entity.name AS "entityName"
    FROM ${entities(accountId, advised, arn)} AS holder
    JOIN identities AS entity ON entity.account_id = ${accountId}::bpchar AND entity.identity_id = holder.identity_id
    JOIN access_facts AS fact ON fact.account_id = ${accountId}::bpchar AND fact.principal_id = holder.identity_id
    WHERE entity.type <> 'group' AND fact.last_attempt_at > now() - make_interval(days => ${TRACKED_DAYS}::int)
    ORDER BY fact.service, fact.action, fact.last_attempt_at DESC`;
}

/** How many of the entities attempted each service. */
export async function entitiesByService(
  tx: Transaction,
  accountId: string,
  advised: Advised,
  arn: string,
): Promise<ReadonlyMap<string, number>> {
  const rows = await tx.$queryRaw<{ service: string; entities: number }[]>`
    SELECT fact.service, count(DISTINCT fact.principal_id)::int AS entities
    FROM ${entities(accountId, advised, arn)} AS holder
    JOIN access_facts AS fact ON fact.account_id = ${accountId}::bpchar AND fact.principal_id = holder.identity_id
    WHERE fact.last_attempt_at > now() - make_interval(days => ${TRACKED_DAYS}::int)
    GROUP BY fact.service`;
  return new Map(rows.map((row) => [row.service, row.entities]));
}

/**
 * The entities, most recent access to the service first, those without access last.
 *
 * @param after time (ISO 8601; the epoch for none) and ID of the last entity shown
 */
export function entitiesByAccess(
  tx: Transaction,
  accountId: string,
  { advised, arn, service }: { advised: Advised; arn: string; service: string },
  { after, take }: { after: readonly string[] | undefined; take: number },
): Promise<EntityAccess[]> {
  const [time = 'infinity', id = ''] = after ?? [];
  return tx.$queryRaw<EntityAccess[]>`
    SELECT entity.identity_id AS "identityId", entity.type::text AS type, entity.name, entity.path,
      newest.at AS "lastAttemptAt"
    FROM ${entities(accountId, advised, arn)} AS holder
    JOIN identities AS entity ON entity.account_id = ${accountId}::bpchar AND entity.identity_id = holder.identity_id
    CROSS JOIN LATERAL (
      SELECT max(fact.last_attempt_at) AS at FROM access_facts AS fact
      WHERE fact.account_id = ${accountId}::bpchar AND fact.principal_id = holder.identity_id
        AND fact.service = ${service} AND fact.last_attempt_at > now() - make_interval(days => ${TRACKED_DAYS}::int)
    ) AS newest
    WHERE entity.type <> 'group'
      AND (coalesce(newest.at, 'epoch'), entity.identity_id) < (${time}::text::timestamptz, ${id}::text)
    ORDER BY coalesce(newest.at, 'epoch') DESC, entity.identity_id DESC
    LIMIT ${take}`;
}

/** Actions that the principal used successfully since then, such as `iam:GetUser`, in order. */
export async function usedActions(
  tx: Transaction,
  accountId: string,
  principalId: string,
  since: Date,
): Promise<string[]> {
  const rows = await tx.accessFact.findMany({
    where: { accountId, principalId, lastAllowedAt: { gte: since } },
    orderBy: [{ service: 'asc' }, { action: 'asc' }],
  });
  return rows.map(({ service, action }) => `${service}:${action}`);
}
