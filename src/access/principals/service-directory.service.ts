import { Injectable } from '@nestjs/common';
import type { MaybePromise } from '../../kernel/maybe-promise.js';
import type { RowReader } from '../../kernel/database/row-reader.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { AccountCache, Loaded } from './account-cache.js';
import { AccountCaches } from './account-caches.service.js';

/** A registered service, for authentication. */
export interface ServiceRecord {
  readonly prefix: string;
  readonly servicePrincipal: string;
  /** Additional prefixes for which the operator lets it act. */
  readonly grantedPrefixes: readonly string[];
  /** The management account. */
  readonly accountId: string;
}

/** The platform's services, cached until the policy epoch of the management account changes. */
@Injectable()
export class ServiceDirectory {
  private readonly cache: AccountCache<ServiceRecord>;

  constructor(caches: AccountCaches) {
    this.cache = caches.create('services');
  }

  /**
   * @param accountId the management account
   * @returns undefined if no such service is registered
   */
  find(accountId: string, prefix: string): MaybePromise<ServiceRecord | undefined> {
    return this.cache.get(accountId, prefix, (rows) => this.load(rows, accountId, prefix));
  }

  private async load(rows: RowReader, accountId: string, prefix: string): Promise<Loaded<ServiceRecord>> {
    const [row] = await rows.lookUpRows<ServiceRow>(
      accountId,
      Prisma.sql`
        SELECT account.policy_epoch AS epoch, service.service_principal AS "servicePrincipal",
          service.granted_prefixes AS "grantedPrefixes"
        FROM accounts AS account JOIN services AS service ON service.prefix = ${prefix}
        WHERE account.account_id = ${accountId}::bpchar AND account.is_management AND account.status = 'active'`,
    );
    if (!row) return { epoch: 0n, value: undefined };
    const { epoch, servicePrincipal, grantedPrefixes } = row;
    return { epoch: BigInt(epoch), value: { prefix, servicePrincipal, grantedPrefixes, accountId } };
  }
}

interface ServiceRow {
  readonly epoch: string;
  readonly servicePrincipal: string;
  readonly grantedPrefixes: string[];
}
