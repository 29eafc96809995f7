import { Injectable } from '@nestjs/common';
import type { MaybePromise } from '../../kernel/maybe-promise.js';
import { Settings } from '../../kernel/config/settings.js';
import type { RowReader } from '../../kernel/database/row-reader.js';
import { Prisma } from '../../generated/prisma/client.js';
import { type CompiledPolicy, compilePolicy, parseStoredPolicy } from 'gatehouse-policy-engine';
import type { AccountCache, Loaded } from './account-cache.js';
import { compiledBytes } from './compiled-bytes.js';
import { AccountCaches } from './account-caches.service.js';

/** Compiled managed policies by ARN that an account can use: its own and the platform's. */
@Injectable()
export class ManagedPolicyDirectory {
  private readonly cache: AccountCache<CompiledPolicy>;

  constructor(
    private readonly settings: Settings,
    caches: AccountCaches,
  ) {
    this.cache = caches.create('managed_policies');
  }

  /** @returns undefined if the account has no such policy */
  find(accountId: string, policyArn: string): MaybePromise<CompiledPolicy | undefined> {
    return this.cache.get(accountId, policyArn, (rows) => this.load(rows, accountId, policyArn));
  }

  private async load(rows: RowReader, accountId: string, policyArn: string): Promise<Loaded<CompiledPolicy>> {
    const { partition } = this.settings;
    const [row] = await rows.lookUpRows<{ epoch: string; platformEpoch: string; document: string | null }>(
      accountId,
      Prisma.sql`
        SELECT
          account.policy_epoch AS epoch,
          (SELECT policy_epoch FROM platform_state) AS "platformEpoch",
          coalesce((
            SELECT version.document
            FROM managed_policies AS policy
            JOIN managed_policy_versions AS version
              ON version.account_id = policy.account_id AND version.policy_id = policy.policy_id
              AND version.version_number = policy.default_version_number
            WHERE policy.account_id = ${accountId}
              AND concat('arn:', ${partition}::text, ':iam::', policy.account_id, ':policy', policy.path, policy.name) = ${policyArn}
          ), (
            SELECT version.document
            FROM platform_policies AS policy
            JOIN platform_policy_versions AS version
              ON version.policy_id = policy.policy_id AND version.version_number = policy.default_version_number
            WHERE concat('arn:', ${partition}::text, ':iam::aws:policy', policy.path, policy.name) = ${policyArn}
          )) AS document
        FROM accounts AS account WHERE account.account_id = ${accountId}`,
    );
    if (!row) return { epoch: 0n, value: undefined };
    const { document } = row;
    const [epoch, platformEpoch] = [BigInt(row.epoch), BigInt(row.platformEpoch)];
    if (document === null) return { epoch, platformEpoch, value: undefined };
    const source = { id: policyArn, type: 'session' } as const;
    const value = compilePolicy(parseStoredPolicy(document, 'identity', { partition }), source);
    return { epoch, platformEpoch, value, bytes: compiledBytes(document) };
  }
}
