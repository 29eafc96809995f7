import { Injectable } from '@nestjs/common';
import type { AccountCache, Loaded } from '../../access/principals/account-cache.js';
import { compiledBytes } from '../../access/principals/compiled-bytes.js';
import { AccountCaches } from '../../access/principals/account-caches.service.js';
import { andThen, type MaybePromise } from '../../kernel/maybe-promise.js';
import { Settings } from '../../kernel/config/settings.js';
import { Database } from '../../kernel/database/database.service.js';
import type { RowReader } from '../../kernel/database/row-reader.js';
import { Prisma } from '../../generated/prisma/client.js';
import { type CompiledPolicy, compilePolicy, parseStoredPolicy } from 'gatehouse-policy-engine';
import type { PrincipalIds } from '../../iam/policies/policy-principals.service.js';

/** The size of an ARN in a set, without its characters. */
const ARN_BYTES = 100;

/** In the form for decisions. */
export interface StoredPolicy {
  readonly policy: CompiledPolicy;
  readonly principalIds: PrincipalIds;
}

/**
 * The policies of resources, cached until their account's policy epoch changes. The set of an account's resources with
 * a policy is cached too, so that all others need no query.
 */
@Injectable()
export class ResourcePolicyDirectory {
  private readonly arns: AccountCache<ReadonlySet<string>>;
  private readonly policies: AccountCache<StoredPolicy>;

  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
    caches: AccountCaches,
  ) {
    this.arns = caches.create('resources_with_policy');
    this.policies = caches.create('resource_policies');
  }

  /** @returns undefined if the resource has no policy */
  find(accountId: string, resourceArn: string): MaybePromise<StoredPolicy | undefined> {
    const arns = this.arns.get(accountId, '', (rows) => this.loadArns(rows, accountId));
    return andThen(arns, (known) => {
      if (!known?.has(resourceArn)) return undefined;
      return this.policies.get(accountId, resourceArn, (rows) => this.load(rows, accountId, resourceArn));
    });
  }

  /** ARNs of a type, in order, after one of them; of all services, or of those with these prefixes. */
  async ofType(
    accountId: string,
    resourceType: string,
    { after, take, services }: { after: string; take: number; services: readonly string[] | undefined },
  ): Promise<string[]> {
    const { partition } = this.settings;
    const ofServices = services?.map((service) => ({ resourceArn: { startsWith: `arn:${partition}:${service}:` } }));
    const rows = await this.database.forAccount(accountId, (tx) =>
      tx.resourcePolicy.findMany({
        where: {
          accountId,
          resourceType,
          resourceArn: { gt: after },
          ...(ofServices ? { OR: ofServices } : {}),
        },
        orderBy: { resourceArn: 'asc' },
        take,
        select: { resourceArn: true },
      }),
    );
    return rows.map(({ resourceArn }) => resourceArn);
  }

  /** An account that does not exist has no resources: its first epoch will be higher. */
  private async loadArns(rows: RowReader, accountId: string): Promise<Loaded<ReadonlySet<string>>> {
    const [row] = await rows.lookUpRows<{ epoch: string; arns: string[] }>(
      accountId,
      Prisma.sql`
        SELECT account.policy_epoch AS epoch, array(
          SELECT resource_arn FROM resource_policies WHERE account_id = ${accountId}::bpchar
        ) AS arns
        FROM accounts AS account WHERE account.account_id = ${accountId}::bpchar`,
    );
    const { epoch = 0, arns = [] } = row ?? {};
    const bytes = arns.reduce((sum, arn) => sum + ARN_BYTES + arn.length, 0) + ARN_BYTES;
    return { epoch: BigInt(epoch), value: new Set(arns), bytes };
  }

  private async load(rows: RowReader, accountId: string, resourceArn: string): Promise<Loaded<StoredPolicy>> {
    const [row] = await rows.lookUpRows<{
      epoch: string;
      document: string | null;
      principalIds: PrincipalIds;
    }>(
      accountId,
      Prisma.sql`
        SELECT account.policy_epoch AS epoch, stored.document, stored.principal_ids AS "principalIds"
        FROM accounts AS account
        LEFT JOIN resource_policies AS stored
          ON stored.account_id = account.account_id AND stored.resource_arn = ${resourceArn}
        WHERE account.account_id = ${accountId}::bpchar`,
    );
    if (!row || row.document === null) return { epoch: BigInt(row?.epoch ?? 0), value: undefined };
    const { document, principalIds } = row;
    const { partition } = this.settings;
    const policy = compilePolicy(parseStoredPolicy(document, 'resource', { partition }), {
      id: resourceArn,
      type: 'resource',
    });
    return { epoch: BigInt(row.epoch), value: { policy, principalIds }, bytes: compiledBytes(document) };
  }
}
