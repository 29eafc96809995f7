import type { Transaction } from '../../kernel/database/database.service.js';

/** The end of a chain at an earlier verification. */
export interface EarlierEnd {
  readonly sequence: bigint;
  /** Hexadecimal. */
  readonly hash: string;
}

/**
 * An account or a whole database that was restored to an older state is a valid log of its time: only data that is kept
 * elsewhere reveals it.
 *
 * @param printed the earlier output of `verify-audit`
 * @returns by account ID
 */
export function readEarlierEnds(printed: string): ReadonlyMap<string, EarlierEnd> {
  const lines = printed.matchAll(/^(\d{12}) {2}(?:intact|BROKEN) {2}\d+ events {2}end (\d+) ([0-9a-f]*)$/gm);
  return new Map(
    [...lines].map(([, accountId, sequence, hash]) => [accountId!, { sequence: BigInt(sequence!), hash: hash! }]),
  );
}

/** Retention may have dropped the event in the meantime. */
export async function isStillThere(
  tx: Transaction,
  accountId: string,
  { sequence, hash }: EarlierEnd,
): Promise<boolean> {
  if (sequence === 0n) return true;
  const checkpoint = await tx.auditCheckpoint.findUnique({ where: { accountId } });
  if (checkpoint && checkpoint.sequence > sequence) return true;
  const event = await tx.auditEvent.findFirst({ where: { accountId, sequence }, select: { hash: true } });
  const found = event ?? (checkpoint?.sequence === sequence ? checkpoint : undefined);
  return found !== undefined && Buffer.from(found.hash).toString('hex') === hash;
}
