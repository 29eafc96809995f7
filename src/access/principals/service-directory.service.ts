import { Injectable } from '@nestjs/common';
import type { MaybePromise } from '../../common/maybe-promise.js';
import { Database } from '../../database/database.service.js';
import type { AccountCache, Loaded } from './account-cache.js';
import { AccountCaches } from './account-caches.service.js';

/** A registered service as the authenticator needs it. */
export interface ServiceRecord {
  readonly prefix: string;
  readonly servicePrincipal: string;
  /** The management account. */
  readonly accountId: string;
}

/** The platform's services, remembered until the policy epoch of the management account moves. */
@Injectable()
export class ServiceDirectory {
  private readonly cache: AccountCache<ServiceRecord>;

  constructor(
    private readonly database: Database,
    caches: AccountCaches,
  ) {
    this.cache = caches.create('services');
  }

  /**
   * @param accountId the management account
   * @returns undefined when no such service is registered
   */
  find(accountId: string, prefix: string): MaybePromise<ServiceRecord | undefined> {
    return this.cache.get(accountId, prefix, () => this.load(accountId, prefix));
  }

  private async load(accountId: string, prefix: string): Promise<Loaded<ServiceRecord>> {
    const { account, service } = await this.database.lookUp(accountId, async (tx) => ({
      // The epoch first: see `AccountCache`.
      account: await tx.account.findUnique({
        where: { accountId },
        select: { policyEpoch: true, isManagement: true, status: true },
      }),
      service: await tx.service.findUnique({ where: { prefix }, select: { servicePrincipal: true } }),
    }));
    if (!account?.isManagement || account.status !== 'active' || !service) return { epoch: 0n, value: undefined };
    return { epoch: account.policyEpoch, value: { prefix, servicePrincipal: service.servicePrincipal, accountId } };
  }
}
