import { Injectable } from '@nestjs/common';
import type { MaybePromise } from '../../kernel/maybe-promise.js';
import type { RowReader } from '../../kernel/database/row-reader.js';
import { Prisma } from '../../generated/prisma/client.js';
import { SecretBox } from '../../kernel/secrets/secret-box.js';
import type { AccountCache, Loaded } from './account-cache.js';
import { AccountCaches } from './account-caches.service.js';

/** A long-term access key, for authentication. */
export interface AccessKeyRecord {
  /** The unique ID of the user, the account ID for the root user, the prefix for a service. */
  readonly principalId: string;
  readonly isOfService: boolean;
  readonly secretAccessKey: string;
  readonly isActive: boolean;
}

/** The owner to which a sealed secret access key is bound. */
export function accessKeyOwner(accountId: string, accessKeyId: string): readonly string[] {
  return ['access-key', accountId, accessKeyId];
}

/** The owner to which the sealed secret of a service's access key is bound. */
export function serviceAccessKeyOwner(accountId: string, accessKeyId: string): readonly string[] {
  return ['service-access-key', accountId, accessKeyId];
}

/** Access keys with their decrypted secrets, cached until the policy epoch of their account changes. */
@Injectable()
export class AccessKeyDirectory {
  private readonly cache: AccountCache<AccessKeyRecord>;

  constructor(
    private readonly secrets: SecretBox,
    caches: AccountCaches,
  ) {
    this.cache = caches.create('access_keys');
  }

  find(accountId: string, accessKeyId: string): MaybePromise<AccessKeyRecord | undefined> {
    return this.cache.get(accountId, accessKeyId, (rows) => this.load(rows, accountId, accessKeyId));
  }

  private async load(rows: RowReader, accountId: string, accessKeyId: string): Promise<Loaded<AccessKeyRecord>> {
    const [row] = await rows.lookUpRows<AccessKeyRow>(
      accountId,
      Prisma.sql`
        SELECT account.policy_epoch AS epoch, key.*
        FROM accounts AS account CROSS JOIN LATERAL (
          SELECT coalesce(user_id, account_id) AS "principalId", false AS "isOfService", sealed_secret AS "sealedSecret",
            status::text AS status
          FROM access_keys WHERE account_id = ${accountId}::bpchar AND access_key_id = ${accessKeyId}
          UNION ALL
          SELECT service_prefix, true, sealed_secret, status::text
          FROM service_access_keys
          WHERE account_id = ${accountId}::bpchar AND access_key_id = ${accessKeyId} AND account.is_management
        ) AS key
        WHERE account.account_id = ${accountId}::bpchar`,
    );
    if (!row) return { epoch: 0n, value: undefined };
    const { principalId, isOfService, sealedSecret, status } = row;
    const owner = isOfService ? serviceAccessKeyOwner : accessKeyOwner;
    const secretAccessKey = this.secrets.open(sealedSecret, owner(accountId, accessKeyId)).toString('utf8');
    return {
      epoch: BigInt(row.epoch),
      value: { principalId, isOfService, secretAccessKey, isActive: status === 'Active' },
    };
  }
}

interface AccessKeyRow {
  readonly epoch: string;
  readonly principalId: string;
  readonly isOfService: boolean;
  readonly sealedSecret: Uint8Array;
  readonly status: 'Active' | 'Inactive';
}
