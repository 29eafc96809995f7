import { Injectable, Logger } from '@nestjs/common';
import type { BackgroundWork } from '../../kernel/background/background-work.js';
import { Background } from '../../kernel/background/background.service.js';
import { Clock } from '../../kernel/clock/clock.js';
import { Settings } from '../../kernel/config/settings.js';
import { Database, type Transaction } from '../../kernel/database/database.service.js';
import type { Caller } from '../actions/caller.js';

/** This many facts are written at once, however recent the last write was. */
const MAXIMUM_WAITING = 50_000;
const FACTS_PER_STATEMENT = 5_000;

interface Fact {
  readonly principalId: string;
  readonly service: string;
  readonly action: string;
  readonly region: string;
  attemptedAt: Date;
  allowedAt: Date | undefined;
}

/**
 * Records when a principal last attempted an action, allowed or not, for the access advisor. Writes in batches:
 * decisions do not wait, and a crash loses only the last few seconds.
 */
@Injectable()
export class AccessFacts {
  private readonly logger = new Logger(AccessFacts.name);
  /** By account, then by principal and action: only the latest attempt counts. */
  private facts = new Map<string, Map<string, Fact>>();
  private waiting = 0;
  private readonly writing: BackgroundWork;

  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly clock: Clock,
    background: Background,
  ) {
    const run = () => this.writeWaiting();
    this.writing = background.batched({
      name: AccessFacts.name,
      run,
      failure: 'facts of last access were not written',
    });
  }

  /** @param operation `iam:GetUser`; anything that is not the name of an action is ignored */
  note(caller: Caller, operation: string, isAllowed: boolean, at = this.clock.now()): void {
    // A service is not a principal of an account, so the access advisor does not report it.
    if (caller.principal.type === 'service') return;
    const ofAccount = this.facts.get(caller.accountId) ?? new Map<string, Fact>();
    const principalId = caller.identityId ?? caller.accountId;
    const key = `${principalId} ${operation}`;
    const known = ofAccount.get(key);
    if (known) {
      known.attemptedAt = at;
      if (isAllowed) known.allowedAt = at;
      return;
    }
    const [, service, action] = /^([a-z0-9-]{1,64}):([A-Za-z0-9]{1,128})$/.exec(operation) ?? [];
    if (service === undefined || action === undefined) return;
    const region = caller.session.region ?? 'us-east-1';
    ofAccount.set(key, {
      principalId,
      service,
      action,
      region,
      attemptedAt: at,
      allowedAt: isAllowed ? at : undefined,
    });
    this.facts.set(caller.accountId, ofAccount);
    this.waiting += 1;
    if (this.waiting >= MAXIMUM_WAITING) this.writing.wake();
    else this.writing.wakeWithin(this.settings.lastUsedSeconds * 1000);
  }

  private async writeWaiting(): Promise<void> {
    const { facts } = this;
    this.facts = new Map();
    this.waiting = 0;
    for (const [accountId, ofAccount] of facts) {
      const list = [...ofAccount.values()];
      try {
        for (let start = 0; start < list.length; start += FACTS_PER_STATEMENT) {
          const some = list.slice(start, start + FACTS_PER_STATEMENT);
          await this.database.forAccount(accountId, (tx) => upsert(tx, accountId, some));
        }
      } catch (error) {
        this.logger.warn({ err: error, accountId }, 'writing the last-access facts failed');
      }
    }
  }
}

/**
 * Ordered by the key, so that replicas that write the same rows wait for each other instead of deadlocking. Nothing is
 * written for an account that was purged in the meantime: the lock waits for a running purge, which holds the row
 * exclusively.
 */
async function upsert(tx: Transaction, accountId: string, facts: readonly Fact[]): Promise<void> {
  const rows = facts.map(({ attemptedAt, allowedAt, ...fact }) => ({
    ...fact,
    attemptedAt: attemptedAt.toISOString(),
    allowedAt: allowedAt?.toISOString() ?? null,
  }));
  await tx.$executeRaw`
    WITH account AS (
      SELECT account_id FROM accounts WHERE account_id = ${accountId}::bpchar AND status <> 'purged' FOR KEY SHARE
    )
    INSERT INTO access_facts AS fact
      (account_id, principal_id, service, action, region, last_attempt_at, last_allowed_at)
    SELECT account_id, "principalId", service, action, region, "attemptedAt", "allowedAt"
    FROM account, json_to_recordset(${JSON.stringify(rows)}::json) AS noted("principalId" text, service text, action text,
      region text, "attemptedAt" timestamptz, "allowedAt" timestamptz)
    ORDER BY "principalId", service, action
    ON CONFLICT (account_id, principal_id, service, action) DO UPDATE SET
      region = CASE WHEN excluded.last_attempt_at > fact.last_attempt_at THEN excluded.region ELSE fact.region END,
      last_attempt_at = greatest(fact.last_attempt_at, excluded.last_attempt_at),
      last_allowed_at = greatest(fact.last_allowed_at, excluded.last_allowed_at)`;
}
