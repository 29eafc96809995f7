import { setImmediate as nextTurn } from 'node:timers/promises';

/** Milliseconds that long work may keep the event loop to itself; with its longest part, far below 50. */
const SLICE_MILLISECONDS = 10;

/**
 * Long work in slices: other requests have their turn in between.
 *
 *     const slices = new TimeSlices();
 *     for (const part of parts) { await slices.next(); work(part); }
 */
export class TimeSlices {
  private endsAt = performance.now() + SLICE_MILLISECONDS;

  /** Call it before each part: it waits for a turn of the event loop when the slice is used up. */
  async next(): Promise<void> {
    if (performance.now() < this.endsAt) return;
    await nextTurn();
    this.endsAt = performance.now() + SLICE_MILLISECONDS;
  }

  /** What the function makes of each item, one after the other. */
  async map<Item, Result>(items: readonly Item[], work: (item: Item, index: number) => Result): Promise<Result[]> {
    const results: Result[] = [];
    for (const [index, item] of items.entries()) {
      await this.next();
      results.push(work(item, index));
    }
    return results;
  }
}
