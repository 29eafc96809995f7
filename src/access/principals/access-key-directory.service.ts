import { Injectable } from '@nestjs/common';
import type { MaybePromise } from '../../common/maybe-promise.js';
import { Database } from '../../database/database.service.js';
import { SecretBox } from '../../secrets/secret-box.js';
import type { AccountCache, Loaded } from './account-cache.js';
import { AccountCaches } from './account-caches.service.js';

/** A long-term access key as the authenticator needs it. */
export interface AccessKeyRecord {
  /** Unique id of the user, the account id for the root user, the prefix for a service. */
  readonly principalId: string;
  readonly isOfService: boolean;
  readonly secretAccessKey: string;
  readonly isActive: boolean;
}

/** What a sealed secret access key is bound to. */
export function accessKeyOwner(accountId: string, accessKeyId: string): readonly string[] {
  return ['access-key', accountId, accessKeyId];
}

/** What the sealed secret of a service's access key is bound to. */
export function serviceAccessKeyOwner(accountId: string, accessKeyId: string): readonly string[] {
  return ['service-access-key', accountId, accessKeyId];
}

/** Access keys with their secrets opened, remembered until their account's policy epoch moves. */
@Injectable()
export class AccessKeyDirectory {
  private readonly cache: AccountCache<AccessKeyRecord>;

  constructor(
    private readonly database: Database,
    private readonly secrets: SecretBox,
    caches: AccountCaches,
  ) {
    this.cache = caches.create('access_keys');
  }

  find(accountId: string, accessKeyId: string): MaybePromise<AccessKeyRecord | undefined> {
    return this.cache.get(accountId, accessKeyId, () => this.load(accountId, accessKeyId));
  }

  private async load(accountId: string, accessKeyId: string): Promise<Loaded<AccessKeyRecord>> {
    const where = { accountId_accessKeyId: { accountId, accessKeyId } };
    const { account, key, serviceKey } = await this.database.lookUp(accountId, async (tx) => {
      // The epoch first: a key changed between the two reads is then loaded again rather than kept.
      const select = { policyEpoch: true, isManagement: true };
      const account = await tx.account.findUnique({ where: { accountId }, select });
      const key = await tx.accessKey.findUnique({ where });
      const serviceKey = key || !account?.isManagement ? null : await tx.serviceAccessKey.findUnique({ where });
      return { account, key, serviceKey };
    });
    const found = key ?? serviceKey;
    if (!account || !found) return { epoch: 0n, value: undefined };
    const owner = key ? accessKeyOwner : serviceAccessKeyOwner;
    return {
      epoch: account.policyEpoch,
      value: {
        principalId: serviceKey?.servicePrefix ?? key?.userId ?? accountId,
        isOfService: serviceKey !== null,
        secretAccessKey: this.secrets.open(found.sealedSecret, owner(accountId, accessKeyId)).toString('utf8'),
        isActive: found.status === 'Active',
      },
    };
  }
}
