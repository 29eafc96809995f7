import { Injectable } from '@nestjs/common';
import { iamArn, rootArn } from '../../kernel/arn.js';
import { andThen, type MaybePromise } from '../../kernel/maybe-promise.js';
import { TimeSlices } from '../../kernel/time-slices.js';
import { Settings } from '../../kernel/config/settings.js';
import type { RowReader } from '../../kernel/database/row-reader.js';
import {
  type CompiledPolicy,
  compilePolicy,
  MatcherPool,
  mergePolicies,
  parseStoredPolicy,
  type PolicySource,
} from 'gatehouse-policy-engine';
import type { PrincipalPolicies } from '../actions/caller.js';
import type { AccountCache, Loaded } from './account-cache.js';
import { AccountCaches } from './account-caches.service.js';
import { compiledBytes } from './compiled-bytes.js';
import { type PrincipalKey, type PrincipalRow, queryPrincipal } from './principal-query.js';
import type { PrincipalRecord } from './principal-record.js';

/** For a principal without policies. */
const RECORD_BYTES = 1_000;

const MAXIMUM_SHARED_PARTS = 100_000;

const OWN_PASSWORD: PolicySource = { id: 'AllowUsersToChangePassword', type: 'managed' };

/**
 * The policy that `AllowUsersToChangePassword` of the password policy gives every user of the account. Source: IAM API
 * reference, data type PasswordPolicy.
 */
const ownPasswordPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    // ChangePassword only acts on the caller.
    { Effect: 'Allow', Action: ['iam:ChangePassword', 'iam:GetAccountPasswordPolicy'], Resource: '*' },
  ],
});

/** Users, roles and root users with their compiled policies, cached until the policy epoch of their account changes. */
@Injectable()
export class PrincipalDirectory {
  private readonly cache: AccountCache<PrincipalRecord>;
  /** Principals with the same policies share their compiled parts. A full pool is replaced by an empty one. */
  private pool = new MatcherPool();

  constructor(
    private readonly settings: Settings,
    caches: AccountCaches,
  ) {
    this.cache = caches.create('principals');
  }

  /**
   * @param principalId unique ID of a user or role; the account ID for the root user
   * @returns undefined if it does not exist, or if its account is not active
   */
  find(accountId: string, principalId: string): MaybePromise<PrincipalRecord | undefined> {
    return this.ofActiveAccount(accountId, principalId, { identityId: principalId });
  }

  /** Like `find`, for a user or role by its name, which is not case-sensitive. */
  findByName(accountId: string, type: 'user' | 'role', name: string): MaybePromise<PrincipalRecord | undefined> {
    const nameKey = name.toLowerCase();
    return this.ofActiveAccount(accountId, `${type}/${nameKey}`, { type, nameKey });
  }

  private ofActiveAccount(
    accountId: string,
    cacheKey: string,
    key: PrincipalKey,
  ): MaybePromise<PrincipalRecord | undefined> {
    return andThen(
      this.cache.get(accountId, cacheKey, (rows) => this.load(rows, accountId, key)),
      (record) => (record?.account.status === 'active' ? record : undefined),
    );
  }

  private async load(rows: RowReader, accountId: string, key: PrincipalKey): Promise<Loaded<PrincipalRecord>> {
    const row = await queryPrincipal(rows, accountId, key);
    if (!row) return { epoch: 0n, value: undefined };
    const { epoch, platformEpoch } = row;
    return { epoch, platformEpoch, value: await this.toRecord(accountId, key, row), bytes: bytesOf(row) };
  }

  private async toRecord(
    accountId: string,
    key: PrincipalKey,
    row: PrincipalRow,
  ): Promise<PrincipalRecord | undefined> {
    const account = { accountId, isManagement: row.isManagement, status: row.status };
    const { partition } = this.settings;
    if ('identityId' in key && key.identityId === accountId) {
      const arn = rootArn(partition, accountId);
      const { revocations } = row;
      return { account, type: 'root', arn, principalId: accountId, tags: {}, policies: { identity: [] }, revocations };
    }
    if (!row.identityId || !row.type || !row.name || !row.path) return undefined;
    return {
      account,
      type: row.type,
      arn: iamArn(partition, accountId, row.type, row.path, row.name),
      principalId: row.identityId,
      name: row.name,
      tags: row.tags ?? {},
      policies: await this.compilePolicies(row),
      revocations: row.revocations,
    };
  }

  /** In slices: a user's groups can add more than a hundred managed policies. */
  private async compilePolicies(row: PrincipalRow): Promise<PrincipalPolicies> {
    if (this.pool.size > MAXIMUM_SHARED_PARTS) this.pool = new MatcherPool();
    const slices = new TimeSlices();
    const policies = await slices.map(row.policies ?? [], ({ id, type, document }) =>
      this.compile({ id, type }, document),
    );
    await slices.next();
    if (row.type === 'user' && row.mayChangePassword) policies.push(this.compile(OWN_PASSWORD, ownPasswordPolicy));
    const identity = policies.length > 1 ? [mergePolicies(policies)] : policies;
    if (!row.boundaryArn) return { identity };
    const boundary = this.compile({ id: row.boundaryArn, type: 'permissions-boundary' }, row.boundaryDocument);
    return { identity, permissionsBoundary: boundary };
  }

  /** A policy that cannot be parsed may contain a Deny, so its principal cannot be used. */
  private compile(source: PolicySource, document: string | null): CompiledPolicy {
    if (document === null) throw new Error(`${source.id} is in use but has no document`);
    const { partition } = this.settings;
    return compilePolicy(parseStoredPolicy(document, 'identity', { partition }), source, this.pool);
  }
}

/** The size of the record and its compiled policies, counted as if they were not shared. */
function bytesOf({ policies, boundaryDocument }: PrincipalRow): number {
  const documents = [boundaryDocument, ...(policies ?? []).map(({ document }) => document)];
  return RECORD_BYTES + documents.reduce((sum, document) => sum + compiledBytes(document ?? ''), 0);
}
