import type { AuditEvent } from '../../generated/prisma/client.js';

/** Events of the first read; how many the next has depends on how large they are. */
const FIRST = 25;
/** Characters that are read at a time, about: an event may hold a whole request of a megabyte. */
const READ_AT_ONCE = 250_000;
/** Characters, about, after which no more are read. */
const ENOUGH = 1_000_000;

/**
 * Reads events a few at a time, so that the event loop has its turn in between, until there are as many as wanted or
 * they are large together.
 *
 * @param read as many events as it is told to, after one of them
 * @returns `isEnd` when there are no more
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

/** Characters that an answer says of an event, about. */
export function sizeOfEvent({ input, resourceArn, userAgent }: AuditEvent): number {
  return 1000 + input.length + resourceArn.length + userAgent.length;
}
