import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { arnName } from '../../common/arn.js';
import { Database, type Transaction } from '../../database/database.service.js';
import type { Prisma } from '../../generated/prisma/client.js';
import { SecretBox } from '../../secrets/secret-box.js';
import type { SessionFacts } from '../caller.js';
import type { RequestFacts } from '../operations/operation.js';
import { chainEnd, chainHash, GENESIS, type Hash, type HashedEvent, sealOwner } from './chain.js';

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

/** The end of an account's chain, locked, and the time of what is appended now. */
interface ChainHead {
  readonly sequence: bigint;
  readonly hash: Hash;
  readonly now: Date;
}

/** Writes the audit log: always in the transaction of what it tells, so that neither is without the other. */
@Injectable()
export class AuditTrail {
  constructor(
    private readonly database: Database,
    private readonly secretBox: SecretBox,
  ) {}

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
    const sequence = head.sequence + 1n;
    const hash = chainHash(head.hash, event);
    await tx.auditEvent.createMany({ data: [{ ...event, sequence, previousHash: head.hash, hash }] });
    const end = {
      lastSequence: sequence,
      lastHash: hash,
      lastEventTime: head.now,
      seal: new Uint8Array(this.secretBox.seal(chainEnd(sequence, hash), sealOwner(accountId))),
    };
    await tx.auditChain.upsert({ where: { accountId }, create: { accountId, ...end }, update: end });
  }
}

/**
 * The time is the database's, so that all replicas share one clock; it never goes back within a chain, so that a month's
 * partition holds an unbroken part of it.
 */
async function lockHead(tx: Transaction, accountId: string): Promise<ChainHead> {
  for (;;) {
    const [head] = await tx.$queryRaw<ChainHead[]>`
      SELECT last_sequence AS sequence, last_hash AS hash,
             greatest(date_trunc('milliseconds', clock_timestamp()), last_event_time) AS now
      FROM audit_chains WHERE account_id = ${accountId}::bpchar FOR UPDATE`;
    if (head) return head;
    await tx.$executeRaw`
      INSERT INTO audit_chains (account_id, last_sequence, last_hash, last_event_time, seal)
      VALUES (${accountId}::bpchar, 0, ${GENESIS}, 'epoch', '') ON CONFLICT DO NOTHING`;
  }
}

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
  } satisfies Omit<Prisma.AuditEventCreateManyInput, 'sequence' | 'previousHash' | 'hash'>;
}

/** PostgreSQL's text holds neither NUL nor half a surrogate pair; what is hashed must be what is read back. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}
