import { Injectable, Logger } from '@nestjs/common';
import type { BackgroundWork } from '../../kernel/background/background-work.js';
import { Background } from '../../kernel/background/background.service.js';
import { Clock } from '../../kernel/clock/clock.js';
import { Settings } from '../../kernel/config/settings.js';
import { Database, type Transaction } from '../../kernel/database/database.service.js';
import type { Caller } from '../actions/caller.js';

/** So many facts are written at once, however short the time since the last writing. */
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
 * Notes when a principal last attempted which action, allowed or not: the source of the access advisor. Written in
 * batches: no decision waits for it, and a crash loses what the last few seconds brought.
 */
@Injectable()
export class AccessFacts {
  private readonly logger = new Logger(AccessFacts.name);
  /** By account, then by principal and action: only the newest attempt counts. */
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

  /** @param operation `iam:GetUser`; what is no action's name is not noted */
  note(caller: Caller, operation: string, isAllowed: boolean, at = this.clock.now()): void {
    // A service is no principal of an account: the advisor has nobody to tell of it.
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
 * In the order of the key, so that replicas that write the same rows wait for each other instead of dead-locking. Of an
 * account that was purged since nothing is written: the lock waits for a purge under way, which holds the row for itself.
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
