import { Injectable } from '@nestjs/common';
import { BearerStrategy } from '../access/authentication/bearer.strategy.js';
import type { Caller } from '../access/caller.js';
import type { AccountCache, Loaded } from '../access/principals/account-cache.js';
import { AccountCaches } from '../access/principals/account-caches.service.js';
import { PrincipalDirectory } from '../access/principals/principal-directory.service.js';
import { toCaller } from '../access/principals/to-caller.js';
import { type Arn, parseArn } from '../common/arn.js';
import { ApiError } from '../common/errors.js';
import { andThen, type MaybePromise } from '../common/maybe-promise.js';
import { Settings } from '../config/settings.js';
import { Database } from '../database/database.service.js';
import type { Evaluation } from './evaluation.schema.js';

/** Finds out about whom a decision is asked. */
@Injectable()
export class SubjectService {
  /** Unique ids of users, by their names in lower case. */
  private readonly userIds: AccountCache<{ readonly userId: string }>;

  constructor(
    private readonly bearer: BearerStrategy,
    private readonly principals: PrincipalDirectory,
    private readonly database: Database,
    private readonly settings: Settings,
    caches: AccountCaches,
  ) {
    this.userIds = caches.create('user_ids');
  }

  /** @returns undefined when there is no such principal, it is not active, or the token is not good */
  find(subject: Evaluation['subject']): MaybePromise<Caller | undefined> {
    return subject.type === 'token' ? this.ofToken(subject.id) : this.ofArn(subject.id);
  }

  /** @param principalId unique id of a user; the account id for the root user */
  ofId(accountId: string, principalId: string): MaybePromise<Caller | undefined> {
    // What a long-term key would carry: the platform knows of no session.
    return andThen(
      this.principals.find(accountId, principalId),
      (record) => record && toCaller(record, { credential: 'accessKey' }),
    );
  }

  private async ofToken(token: string): Promise<Caller | undefined> {
    try {
      return await this.bearer.callerOf(token);
    } catch (error) {
      if (error instanceof ApiError && error.status < 500) return undefined;
      throw error;
    }
  }

  private ofArn(text: string): MaybePromise<Caller | undefined> {
    const arn = parseArn(text);
    if (!arn || arn.partition !== this.settings.partition || arn.service !== 'iam' || !/^\d{12}$/.test(arn.accountId)) {
      throw new ApiError(
        'InvalidInput',
        'subject.id must be the ARN of a principal, e.g. arn:aws:iam::123456789012:user/ana.',
      );
    }
    const found = andThen(this.principalIdOf(arn), (id) => (id === undefined ? id : this.ofId(arn.accountId, id)));
    return andThen(found, (caller) => (caller?.arn === text ? caller : undefined));
  }

  private principalIdOf({ accountId, resource }: Arn): MaybePromise<string | undefined> {
    if (resource === 'root') return accountId;
    const userName = /^user\/(?:.*\/)?([^/]+)$/.exec(resource)?.[1];
    if (userName === undefined) return undefined;
    const nameKey = userName.toLowerCase();
    const known = this.userIds.get(accountId, nameKey, () => this.loadUserId(accountId, nameKey));
    return andThen(known, (found) => found?.userId);
  }

  private async loadUserId(accountId: string, nameKey: string): Promise<Loaded<{ readonly userId: string }>> {
    const [row] = await this.database.lookUp(
      accountId,
      (tx) => tx.$queryRaw<{ epoch: bigint; userId: string | null }[]>`
        SELECT account.policy_epoch AS epoch, (
          SELECT identity_id FROM identities
          WHERE account_id = ${accountId}::bpchar AND type = 'user' AND name_key = ${nameKey}
        ) AS "userId"
        FROM accounts AS account WHERE account.account_id = ${accountId}::bpchar`,
    );
    const { epoch = 0n, userId = null } = row ?? {};
    return { epoch, value: userId === null ? undefined : { userId } };
  }
}
