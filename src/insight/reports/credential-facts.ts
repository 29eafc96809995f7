import type { Transaction } from '../../kernel/database/database.service.js';
import type { ReportedCredentials, ReportedUser } from './credential-report-row.js';

export interface UserFacts extends ReportedUser {
  readonly nameKey: string;
}

/** The credentials of up to `limit` users whose names follow `after`, ordered by name. */
export function userFacts(tx: Transaction, accountId: string, after: string, limit: number): Promise<UserFacts[]> {
  return tx.$queryRaw<UserFacts[]>`
    SELECT batch.name, batch.name_key AS "nameKey", batch.path, batch.created_at AS "createdAt",
      batch.password_last_used_at AS "passwordLastUsedAt", profile.password_set_at AS "passwordSetAt",
      EXISTS (SELECT FROM mfa_devices AS device
        WHERE device.account_id = ${accountId}::bpchar AND device.principal_id = batch.identity_id) AS "hasMfa",
      keys.list AS "accessKeys", certificates.list AS certificates
    FROM (
      SELECT * FROM identities
      WHERE account_id = ${accountId}::bpchar AND type = 'user' AND name_key > ${after}
      ORDER BY name_key LIMIT ${limit}
    ) AS batch
    LEFT JOIN login_profiles AS profile
      ON profile.account_id = ${accountId}::bpchar AND profile.user_id = batch.identity_id
    CROSS JOIN LATERAL (
      SELECT json_agg(json_build_object('isActive', key.status = 'Active', 'createdAt', key.created_at,
        'lastUsedAt', key.last_used_at, 'lastUsedRegion', key.last_used_region, 'lastUsedService', key.last_used_service)
        ORDER BY key.created_at, key.access_key_id) AS list
      FROM access_keys AS key WHERE key.account_id = ${accountId}::bpchar AND key.user_id = batch.identity_id
    ) AS keys
    CROSS JOIN LATERAL (
      SELECT json_agg(json_build_object('isActive', certificate.status = 'Active', 'createdAt', certificate.created_at)
        ORDER BY certificate.created_at, certificate.certificate_id) AS list
      FROM signing_certificates AS certificate
      WHERE certificate.account_id = ${accountId}::bpchar AND certificate.user_id = batch.identity_id
    ) AS certificates
    ORDER BY batch.name_key`;
}

/** The root user's credentials. */
export async function rootFacts(tx: Transaction, accountId: string): Promise<ReportedCredentials> {
  const account = await tx.account.findUniqueOrThrow({ where: { accountId } });
  const oldestFirst = { createdAt: 'asc' } as const;
  const keys = await tx.accessKey.findMany({ where: { accountId, userId: null }, orderBy: oldestFirst });
  const certificates = await tx.signingCertificate.findMany({
    where: { accountId, userId: null },
    orderBy: oldestFirst,
  });
  return {
    createdAt: account.createdAt,
    passwordLastUsedAt: account.rootPasswordLastUsedAt,
    hasMfa: (await tx.mfaDevice.count({ where: { accountId, principalId: accountId } })) > 0,
    accessKeys: keys.map((key) => ({
      isActive: key.status === 'Active',
      createdAt: key.createdAt.toISOString(),
      lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
      lastUsedRegion: key.lastUsedRegion,
      lastUsedService: key.lastUsedService,
    })),
    certificates: certificates.map(({ status, createdAt }) => ({
      isActive: status === 'Active',
      createdAt: createdAt.toISOString(),
    })),
  };
}
