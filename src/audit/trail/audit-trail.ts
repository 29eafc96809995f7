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

/** One line of an account's audit log. */
export interface AuditEntry {
  /** `iam:CreateUser`, `gatehouse:SignIn` */
  readonly operation: string;
  /** Default: it changes something, or tries to. */
  readonly readOnly?: boolean;
  /** ARN of who asked, or what a stranger said of himself. */
  readonly callerArn: string;
  readonly callerId: string;
  /** How the caller proved who it is; absent for who was not signed in. */
  readonly session?: SessionFacts;
  readonly resourceArn: string;
  /** With secrets removed. */
  readonly input: unknown;
  readonly outcome: 'allowed' | 'explicitDeny' | 'implicitDeny' | 'failed';
  readonly reason?: string;
}

/** Writes the audit log: always in the transaction of what it tells, so that neither is without the other. */
@Injectable()
export class AuditTrail {
  private readonly logger = new Logger(AuditTrail.name);

  constructor(
    private readonly database: Database,
    private readonly seals: ChainSeals,
  ) {}

  /**
   * Begins the chain of a new account. A chain that is missing later was removed.
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
   * Appends the entry to the account's chain when the rest of the transaction has succeeded. The chain's row is thereby
   * the last that any transaction locks, whatever else it does: appends wait for each other, but never in a circle, and
   * only for the time of a commit.
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
   * INVARIANT: an end that is not the sealed one is never sealed as if it were. It is marked as broken for good, so that
   * verification finds what was done to the chain before, whatever is appended after it.
   *
   * @throws MasterKeyError when it was sealed under a master key that is not known
   */
  private nextEnd(accountId: string, head: LockedChainEnd, hash: Hash): ChainEnd {
    const sequence = head.sequence + 1n;
    const sealed = this.seals.openEnd(accountId, head.seal);
    const isIntact = sealed?.sequence === head.sequence && Buffer.compare(sealed.hash, head.hash) === 0;
    if (!isIntact) this.logger.error(`The audit log of account ${accountId} was changed before event ${sequence}`);
    return {
      sequence,
      hash,
      // Authenticators under a previous master key will not be verifiable for ever: see ChainEnd.
      authenticatedFrom: sealed && this.seals.isOfPresentKey(head.seal) ? sealed.authenticatedFrom : sequence,
      brokenAt: sealed?.brokenAt || (isIntact ? 0n : sequence),
    };
  }
}

async function lockHead(tx: Transaction, accountId: string): Promise<LockedChainEnd> {
  for (;;) {
    const head = await lockAuditChain(tx, accountId);
    if (head) return head;
    // Somebody removed it: an empty seal says so to `nextEnd`.
    await tx.$executeRaw`
      INSERT INTO audit_chains (account_id, last_sequence, last_hash, last_event_time, seal)
      SELECT ${accountId}::bpchar, coalesce(max(sequence), 0), coalesce((array_agg(hash ORDER BY sequence DESC))[1], ${GENESIS}),
             coalesce(max(event_time), 'epoch'), ''
      FROM (SELECT * FROM audit_events WHERE account_id = ${accountId}::bpchar ORDER BY sequence DESC LIMIT 1) AS last
      ON CONFLICT DO NOTHING`;
  }
}

/** The event and the chain's new end, in one statement. */
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

/** Of what is no text. */
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
    // Escapes what PostgreSQL's text cannot hold.
    input: JSON.stringify(entry.input ?? {}),
    outcome: entry.outcome,
    reason: entry.reason === undefined ? null : storable(entry.reason),
    sourceIp: storable(request.sourceIp),
    userAgent: storable(request.userAgent),
  };
}

/** PostgreSQL's text holds neither NUL nor half a surrogate pair; what is hashed must be what is read back. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}
