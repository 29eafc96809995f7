import type { AuditEvent } from '../../generated/prisma/client.js';
import { readEvents } from './read-events.js';

/** A log with this many events of one size, and the numbers of events per read. */
function logOf(count: number, characters: number) {
  const all = Array.from({ length: count }, (_, index) => ({
    sequence: BigInt(index + 1),
    input: 'x'.repeat(characters),
    resourceArn: '*',
    userAgent: '',
  })) as AuditEvent[];
  const reads: number[] = [];
  const read = (after: AuditEvent | undefined, take: number) => {
    reads.push(take);
    const start = Number(after?.sequence ?? 0n);
    return Promise.resolve(all.slice(start, start + take));
  };
  return { read, reads };
}

describe('readEvents', () => {
  it('reads all in order, small ones many at a time', async () => {
    const { read, reads } = logOf(600, 10);
    const { events, isEnd } = await readEvents(1000, read);
    expect(events.map(({ sequence }) => Number(sequence))).toEqual(Array.from({ length: 600 }, (_, at) => at + 1));
    expect(isEnd).toBe(true);
    expect(reads.length).toBeLessThan(6);
  });

  it('reads no more than are wanted', async () => {
    const { events, isEnd } = await readEvents(40, logOf(100, 10).read);
    expect([events.length, isEnd]).toEqual([40, false]);
  });

  it('reads large ones a few at a time, and stops when they are enough', async () => {
    const { read, reads } = logOf(1000, 100_000);
    const { events, isEnd } = await readEvents(1000, read);
    expect(events.length).toBeLessThan(30);
    expect(isEnd).toBe(false);
    expect(Math.max(...reads.slice(1), 0)).toBeLessThan(5);
  });

  it('reads one at least', async () => {
    const { events } = await readEvents(1, logOf(2, 3_000_000).read);
    expect(events).toHaveLength(1);
  });
});
