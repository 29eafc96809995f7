import { Injectable, Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { lockAuditChain, type LockedChainEnd } from '../../kernel/database/row-locks.js';
import { arnName } from '../../kernel/arn.js';
import { Database, type Transaction } from '../../kernel/database/database.service.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { SessionFacts } from '../../access/actions/caller.js';
import type { RequestFacts } from '../../access/actions/request-facts.js';
import { chainHash, columnOf, GENESIS, HASHED_MEMBERS, type Hash, type HashedEvent } from './chain.js';
import { type ChainEnd, ChainSeals } from './chain-seals.js';

/** An entry of an account's audit log. */
export interface AuditEntry {
  /** `iam:CreateUser`, `gatehouse:SignIn` */
  readonly operation: string;
  /** Whether the call only reads. Default: false. */
  readonly readOnly?: boolean;
  /** The ARN of the caller, or the name that a caller without credentials gave. */
  readonly callerArn: string;
  readonly callerId: string;
  /** The kind of credential; absent for callers without credentials. */
  readonly session?: SessionFacts;
  readonly resourceArn: string;
  /** Without secrets. */
  readonly input: unknown;
  readonly outcome: 'allowed' | 'explicitDeny' | 'implicitDeny' | 'failed';
  readonly reason?: string;
}

/** Writes the audit log, always in the transaction of the recorded change, so that neither exists without the other. */
@Injectable()
export class AuditTrail {
  private readonly logger = new Logger(AuditTrail.name);

  constructor(
    private readonly database: Database,
    private readonly seals: ChainSeals,
  ) {}

  /**
   * Starts the chain of a new account. A chain that is missing later was removed.
   *
   * @param tx in which the account is created
   */
  async begin(tx: Transaction, accountId: string): Promise<void> {
    const end = { sequence: 0n, hash: GENESIS, authenticatedFrom: 1n, brokenAt: 0n };
    const seal = this.seals.sealEnd(accountId, end);
    const row = { accountId, lastSequence: 0n, lastHash: GENESIS, lastEventTime: new Date(0), seal };
    await this.database.inAccount(tx, accountId, () => tx.auditChain.createMany({ data: [row] }));
  }

  /**
   * Appends the entry to the account's chain after the rest of the transaction has succeeded. The row of the chain is
   * therefore the last lock of every transaction: appends wait for each other, but never in a cycle, and only for the
   * duration of a commit.
   */
  record(tx: Transaction, accountId: string, entry: AuditEntry, request: RequestFacts): void {
    this.database.beforeCommit(tx, () =>
      this.database.inAccount(tx, accountId, () => this.append(tx, accountId, entry, request)),
    );
  }

  private async append(tx: Transaction, accountId: string, entry: AuditEntry, request: RequestFacts): Promise<void> {
    const head = await lockHead(tx, accountId);
    const event = eventOf(accountId, head.now, entry, request);
    const end = this.nextEnd(accountId, head, chainHash(head.hash, event));
    await insertEvent(tx, event, head, end, {
      authenticator: this.seals.authenticator(accountId, end.sequence, end.hash),
      seal: this.seals.sealEnd(accountId, end),
    });
  }

  /**
   * INVARIANT: an end that does not match its seal is never sealed as if it did. It is permanently marked as broken, so
   * that verification detects the manipulation of the earlier chain, whatever is appended later.
   *
   * @throws MasterKeyError if it was sealed with an unknown master key
   */
  private nextEnd(accountId: string, head: LockedChainEnd, hash: Hash): ChainEnd {
    const sequence = head.sequence + 1n;
    const sealed = this.seals.openEnd(accountId, head.seal);
    const isIntact = sealed?.sequence === head.sequence && Buffer.compare(sealed.hash, head.hash) === 0;
    if (!isIntact) this.logger.error(`The audit log of account ${accountId} was changed before event ${sequence}`);
    return {
      sequence,
      hash,
      // Authenticators under a previous master key cannot be verified forever: see ChainEnd.
      authenticatedFrom: sealed && this.seals.isOfPresentKey(head.seal) ? sealed.authenticatedFrom : sequence,
      brokenAt: sealed?.brokenAt || (isIntact ? 0n : sequence),
    };
  }
}

async function lockHead(tx: Transaction, accountId: string): Promise<LockedChainEnd> {
  for (;;) {
    const head = await lockAuditChain(tx, accountId);
    if (head) return head;
    // The row was removed: the empty seal tells `nextEnd`.
    await tx.$executeRaw`
      INSERT INTO audit_chains (account_id, last_sequence, last_hash, last_event_time, seal)
      SELECT ${accountId}::bpchar, coalesce(max(sequence), 0), coalesce((array_agg(hash ORDER BY sequence DESC))[1], ${GENESIS}),
             coalesce(max(event_time), 'epoch'), ''
      FROM (SELECT * FROM audit_events WHERE account_id = ${accountId}::bpchar ORDER BY sequence DESC LIMIT 1) AS last
      ON CONFLICT DO NOTHING`;
  }
}

/** Writes the event and the new end of the chain, in one statement. */
async function insertEvent(
  tx: Transaction,
  event: HashedEvent,
  head: LockedChainEnd,
  { sequence, hash }: ChainEnd,
  { authenticator, seal }: { readonly authenticator: Hash; readonly seal: Hash },
): Promise<void> {
  const values = HASHED_MEMBERS.map((name) => Prisma.sql`${event[name]}${casts[name] ?? Prisma.empty}`);
  await tx.$executeRaw`
    WITH appended AS (
      INSERT INTO audit_events (${hashedColumns}, sequence, previous_hash, hash, authenticator)
      VALUES (${Prisma.join(values)}, ${sequence}, ${head.hash}, ${hash}, ${authenticator})
    )
    UPDATE audit_chains
    SET last_sequence = ${sequence}, last_hash = ${hash}, last_event_time = ${event.eventTime}::timestamptz, seal = ${seal}
    WHERE account_id = ${event.accountId}::bpchar`;
}

const hashedColumns = Prisma.raw(HASHED_MEMBERS.map(columnOf).join(', '));

/** Casts for columns that are not text. */
const casts: Partial<Record<keyof HashedEvent, Prisma.Sql>> = {
  eventTime: Prisma.raw('::timestamptz'),
  eventId: Prisma.raw('::uuid'),
};

function eventOf(accountId: string, eventTime: Date, entry: AuditEntry, request: RequestFacts): HashedEvent {
  const { session } = entry;
  const callerArn = storable(entry.callerArn);
  const resourceArn = storable(entry.resourceArn);
  return {
    accountId,
    eventTime,
    eventId: randomUUID(),
    requestId: request.requestId,
    operation: entry.operation,
    readOnly: entry.readOnly ?? false,
    callerArn,
    callerId: storable(entry.callerId),
    callerName: arnName(callerArn),
    credential: session?.credential ?? null,
    accessKeyId: session?.accessKeyId ?? null,
    sessionId: session?.sessionId ?? null,
    mfaAuthenticated: session?.mfaAuthenticatedAt !== undefined,
    resourceArn,
    resourceName: arnName(resourceArn),
    // Escapes what PostgreSQL's text type cannot store.
    input: JSON.stringify(entry.input ?? {}),
    outcome: entry.outcome,
    reason: entry.reason === undefined ? null : storable(entry.reason),
    sourceIp: storable(request.sourceIp),
    userAgent: storable(request.userAgent),
  };
}

/**
 * PostgreSQL's text type stores neither NUL nor unpaired surrogates; the hashed text must equal the text that is read
 * back.
 */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}
