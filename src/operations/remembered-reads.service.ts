import { Injectable } from '@nestjs/common';
import type { MaybePromise } from '../kernel/maybe-promise.js';
import { Settings } from '../kernel/config/settings.js';
import { Database } from '../kernel/database/database.service.js';
import type { AccountCache, Loaded } from '../access/principals/account-cache.js';
import { AccountCaches } from '../access/principals/account-caches.service.js';
import type { AuthorizedOperation, Output } from './operation.js';
import type { LocateScope } from '../access/actions/action.js';
import type { RequestFacts } from '../access/actions/request-facts.js';
import type { Target } from '../access/actions/target.js';

/** Approximate size of a user or role and its output. */
const READ_BYTES = 4_000;

type Members = Record<string, unknown>;
type Scope = LocateScope<Members>;

/** The target and its output; whether a caller may see it is decided on every request. */
export interface RememberedRead {
  readonly target: Target<unknown>;
  readonly output: Output;
}

/** Outputs of operations with the effect `readsRemembered`, cached until the policy epoch of their account changes. */
@Injectable()
export class RememberedReads {
  private readonly cache: AccountCache<RememberedRead>;

  constructor(
    private readonly database: Database,
    { lastUsedSeconds: maximumAgeSeconds }: Settings,
    caches: AccountCaches,
  ) {
    this.cache = caches.create('reads', { maximumAgeSeconds, ofPrimary: true });
  }

  /**
   * @param scope whose transaction is not used
   * @returns undefined if the target does not exist, which is not cached
   */
  find(operation: AuthorizedOperation, scope: Scope, request: RequestFacts): MaybePromise<RememberedRead | undefined> {
    // Without a name, operations act on the caller.
    const key = `${operation.name} ${scope.caller.principalId} ${JSON.stringify(scope.input)}`;
    return this.cache.get(scope.accountId, key, () => this.read(operation, scope, request));
  }

  private read(operation: AuthorizedOperation, scope: Scope, request: RequestFacts): Promise<Loaded<RememberedRead>> {
    const { accountId } = scope;
    return this.database.lookUp(accountId, async (tx) => {
      // The epoch first: see `AccountCache`.
      const account = await tx.account.findUnique({ where: { accountId }, select: { policyEpoch: true } });
      const within = { ...scope, tx };
      const target = await operation.locate!(within);
      if (!account || 'missing' in target) return { epoch: 0n, value: undefined };
      const output = await operation.handle(scope.input, { ...within, target: target.row, request });
      return { epoch: account.policyEpoch, value: { target, output }, bytes: READ_BYTES };
    });
  }
}
