import { Injectable } from '@nestjs/common';
import { GENESIS } from '../trail/chain.js';
import { type ChainEnd, ChainSeals } from '../trail/chain-seals.js';
import { TimeSlices } from '../../kernel/time-slices.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import type { AuditCheckpoint, AuditEvent, Prisma } from '../../generated/prisma/client.js';
import { type ChainProblem, type ChainProblemKind, problemText } from './chain-problem.js';
import { readEvents } from '../trail/read-events.js';

/** The result for a part of an account's chain. */
export interface ChainSegment {
  /** The number of events that were read. */
  readonly events: number;
  /** The sequence of the last event that was read, or of the event before the part if there was none. */
  readonly lastSequence: bigint;
  /** The hash of that event; undefined if it is missing. */
  readonly lastHash: Uint8Array | undefined;
  /** The end of the chain was reached and compared with its seal. */
  readonly isEnd: boolean;
  /** In the order of the chain; at most `MAXIMUM_PROBLEMS`. */
  readonly problems: readonly ChainProblem[];
}

interface Link {
  readonly sequence: bigint;
  /** Undefined: unknown, because the event itself is missing. */
  readonly hash: Uint8Array | undefined;
  readonly eventTime?: Date;
}

interface Start extends Link {
  /** The result for the whole chain, as far as it is retained. */
  readonly isBeginning: boolean;
  readonly checkpoint?: AuditCheckpoint;
}

interface Head {
  readonly lastSequence: bigint | null;
  readonly lastHash: Uint8Array | null;
  readonly seal: Uint8Array | null;
  /** The highest existing sequence, in the same snapshot. */
  readonly highest: bigint | null;
}

const MAXIMUM_PROBLEMS = 100;

/** Recomputes an account's chain, one part at a time: only that part is in memory. */
@Injectable()
export class ChainVerifier {
  constructor(private readonly seals: ChainSeals) {}

  /**
   * @param tx in the scope of the account
   * @param after verifies the events after this sequence; 0 starts at the beginning of the chain
   * @param limit maximum number of events
   */
  async verify(tx: Transaction, accountId: string, after: bigint, limit: number): Promise<ChainSegment> {
    const head = await readHead(tx, accountId);
    const sealedEnd = head.seal === null ? undefined : this.seals.openEnd(accountId, head.seal);
    const start = await startOf(tx, accountId, after);
    const { events, isEnd } = await readEvents(limit, (last, take) =>
      tx.auditEvent.findMany({
        // Events that were appended after the head was read are verified the next time.
        where: { accountId, sequence: { gt: start.sequence, lte: head.highest ?? 0n }, ...(last ? behind(last) : {}) },
        orderBy: [{ sequence: 'asc' }, { eventTime: 'asc' }],
        take,
      }),
    );
    const problems: ChainProblem[] = [];
    const complain = (kind: ChainProblemKind, sequence: bigint) => {
      if (problems.length < MAXIMUM_PROBLEMS) problems.push({ kind, sequence, message: problemText(kind, sequence) });
    };
    let previous: Link = start;
    if (previous.hash === undefined) complain('dropped', previous.sequence);
    for (const sequence of await straySequences(tx, accountId, start)) complain('reordered', sequence);
    if (start.checkpoint && !this.isSealedCheckpoint(accountId, start.checkpoint))
      complain('checkpoint', start.sequence);
    const slices = new TimeSlices();
    for (const event of events) {
      await slices.next();
      checkLink(previous, event, complain);
      if (!this.seals.isGenuine({ ...event, hashed: event }, sealedEnd)) complain('tampered', event.sequence);
      previous = event;
    }
    if (isEnd) checkEnd(previous, head, sealedEnd, complain);
    return { events: events.length, lastSequence: previous.sequence, lastHash: previous.hash, isEnd, problems };
  }

  private isSealedCheckpoint(accountId: string, checkpoint: AuditCheckpoint): boolean {
    return this.seals.isSealedCheckpoint(accountId, checkpoint, checkpoint.seal);
  }
}

function checkEnd(last: Link, { lastSequence, lastHash }: Head, end: ChainEnd | undefined, complain: Complain): void {
  if (end && end.brokenAt > 0n) complain('broken', end.brokenAt);
  // Every account has a sealed end from its creation: a missing one was removed.
  if (lastSequence === null || lastHash === null) return complain('unsealed', last.sequence);
  if (!end || end.sequence !== lastSequence || !isSame(end.hash, lastHash)) complain('unsealed', lastSequence);
  if (last.sequence < lastSequence) complain('truncated', last.sequence + 1n);
  else if (last.sequence > lastSequence || !isSame(last.hash, lastHash)) complain('unsealed', last.sequence);
}

type Complain = (kind: ChainProblemKind, sequence: bigint) => void;

function checkLink(previous: Link, event: AuditEvent, complain: Complain): void {
  const { sequence } = event;
  if (sequence > previous.sequence + 1n) complain('dropped', previous.sequence + 1n);
  const isNext = sequence === previous.sequence + 1n;
  const isLinked = previous.hash === undefined || !isNext || isSame(event.previousHash, previous.hash);
  const isLater = previous.eventTime === undefined || event.eventTime >= previous.eventTime;
  if (sequence <= previous.sequence || !isLinked || !isLater) complain('reordered', sequence);
}

/** A forged event may have the sequence of another event. */
function behind({ sequence, eventTime }: AuditEvent): Prisma.AuditEventWhereInput {
  return { OR: [{ sequence: { gt: sequence } }, { sequence, eventTime: { gt: eventTime } }] };
}

/** The event before the part, the checkpoint of retention, or the beginning. */
async function startOf(tx: Transaction, accountId: string, after: bigint): Promise<Start> {
  const checkpoint = await tx.auditCheckpoint.findUnique({ where: { accountId } });
  const beginning = checkpoint ? { ...checkpoint, checkpoint } : { sequence: 0n, hash: GENESIS };
  if (after <= beginning.sequence) return { ...beginning, isBeginning: true };
  const before = await tx.auditEvent.findFirst({
    where: { accountId, sequence: after },
    orderBy: { eventTime: 'asc' },
  });
  return { ...(before ?? { sequence: after, hash: undefined }), isBeginning: false };
}

/**
 * Events that no part covers: a second event with the sequence at which the previous part ended, and events before the
 * beginning of the chain.
 */
async function straySequences(tx: Transaction, accountId: string, start: Start): Promise<bigint[]> {
  const where = start.isBeginning ? { lte: start.sequence } : { equals: start.sequence };
  const rows = await tx.auditEvent.findMany({
    where: { accountId, sequence: where },
    orderBy: [{ sequence: 'asc' }, { eventTime: 'asc' }],
    skip: start.isBeginning || start.hash === undefined ? 0 : 1,
    take: MAXIMUM_PROBLEMS,
    select: { sequence: true },
  });
  return rows.map(({ sequence }) => sequence);
}

async function readHead(tx: Transaction, accountId: string): Promise<Head> {
  const [head] = await tx.$queryRaw<[Head]>`
    SELECT last_sequence AS "lastSequence", last_hash AS "lastHash", seal, highest
    FROM (SELECT max(sequence) AS highest FROM audit_events WHERE account_id = ${accountId}::bpchar) AS events
    LEFT JOIN audit_chains ON account_id = ${accountId}::bpchar`;
  return head;
}

function isSame(left: Uint8Array | undefined, right: Uint8Array): boolean {
  return left !== undefined && Buffer.compare(left, right) === 0;
}
