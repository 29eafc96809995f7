import type { AuditEvent } from '../../generated/prisma/client.js';

/** Events of the first read; the size of these events determines the number of the next. */
const FIRST = 25;
/** Approximate characters per read: an event can contain a whole request of one megabyte. */
const READ_AT_ONCE = 250_000;
/** Approximate characters after which no more events are read. */
const ENOUGH = 1_000_000;

/**
 * Reads events in small batches, so that the event loop can run in between, until there are enough or their total size
 * is large.
 *
 * @param read reads the given number of events after the given one
 * @returns `isEnd` if there are no more
 */
export async function readEvents(
  take: number,
  read: (after: AuditEvent | undefined, take: number) => Promise<readonly AuditEvent[]>,
): Promise<{ events: AuditEvent[]; isEnd: boolean }> {
  const events: AuditEvent[] = [];
  let size = 0;
  while (events.length < take && size <= ENOUGH) {
    const fitting = events.length === 0 ? FIRST : Math.floor((READ_AT_ONCE * events.length) / size);
    const wanted = Math.min(take - events.length, Math.max(1, fitting));
    const next = await read(events.at(-1), wanted);
    events.push(...next);
    size += next.reduce((sum, event) => sum + sizeOfEvent(event), 0);
    if (next.length < wanted) return { events, isEnd: true };
  }
  return { events, isEnd: false };
}

/** Approximate characters of an event in a response. */
export function sizeOfEvent({ input, resourceArn, userAgent }: AuditEvent): number {
  return 1000 + input.length + resourceArn.length + userAgent.length;
}
