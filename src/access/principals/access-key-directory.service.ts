import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.service.js';
import { SecretBox } from '../../secrets/secret-box.js';
import type { AccountCache, Loaded } from './account-cache.js';
import { AccountCaches } from './account-caches.service.js';

/** A long-term access key as the authenticator needs it. */
export interface AccessKeyRecord {
  /** Unique id of the user, or the account id for the root user. */
  readonly principalId: string;
  readonly secretAccessKey: string;
  readonly isActive: boolean;
}

/** What a sealed secret access key is bound to. */
export function accessKeyOwner(accountId: string, accessKeyId: string): readonly string[] {
  return ['access-key', accountId, accessKeyId];
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
    this.cache = caches.create('access_keys', (accountId, id) => this.load(accountId, id));
  }

  find(accountId: string, accessKeyId: string): Promise<AccessKeyRecord | undefined> {
    return this.cache.get(accountId, accessKeyId);
  }

  private async load(accountId: string, accessKeyId: string): Promise<Loaded<AccessKeyRecord>> {
    const { account, key } = await this.database.forAccount(accountId, async (tx) => ({
      // The epoch first: a key changed between the two reads is then loaded again rather than kept.
      account: await tx.account.findUnique({ where: { accountId }, select: { policyEpoch: true } }),
      key: await tx.accessKey.findUnique({ where: { accountId_accessKeyId: { accountId, accessKeyId } } }),
    }));
    if (!account || !key) return { epoch: 0n, value: undefined };
    const secret = this.secrets.open(key.sealedSecret, accessKeyOwner(accountId, accessKeyId));
    return {
      epoch: account.policyEpoch,
      value: {
        principalId: key.userId ?? accountId,
        secretAccessKey: secret.toString('utf8'),
        isActive: key.status === 'Active',
      },
    };
  }
}
