import { setImmediate as nextTurn } from 'node:timers/promises';
import { ApiError } from './errors/errors.js';

/** Milliseconds that long work may hold the event loop. With the longest part, it stays far below 50. */
const SLICE_MILLISECONDS = 10;

/** Milliseconds of work that one request may take, without the time that it waits for others. */
export const WORK_OF_A_REQUEST = 5_000;

/** Shared by all long work of the process: each slice waits for the previous one and for a turn of the event loop. */
let turns: Promise<unknown> = Promise.resolve();
let waiting = 0;
/** When the current slice is used up. */
let lastEndsAt = 0;

/** @returns when it ends */
function beginSlice(): number {
  lastEndsAt = performance.now() + SLICE_MILLISECONDS;
  return lastEndsAt;
}

/** Short work runs immediately: in the rest of a slice, or in a new one if nobody waits. */
function firstSlice(): number {
  if (waiting > 0) return 0;
  return performance.now() < lastEndsAt ? lastEndsAt : beginSlice();
}

/**
 * Runs long work in slices, between which other requests run. However many requests do long work at the same time, the
 * event loop is free after each slice, not after one slice of each of them.
 *
 *     const slices = new TimeSlices();
 *     for (const part of parts) { await slices.next(); work(part); }
 */
export class TimeSlices {
  private endsAt = firstSlice();
  private beganAt = performance.now();
  private spent = 0;

  /** @param longest milliseconds of work after which `next` fails */
  constructor(private readonly longest = Infinity) {}

  /**
   * Call it before each part: it waits for a turn of the event loop when the slice is used up.
   *
   * @throws ApiError LimitExceeded after the longest work
   */
  async next(): Promise<void> {
    if (!this.isUsedUp) return;
    this.spent += performance.now() - this.beganAt;
    if (this.spent > this.longest) throw tooMuchWork();
    waiting += 1;
    turns = turns.then(() => nextTurn());
    await turns;
    waiting -= 1;
    this.endsAt = beginSlice();
    this.beganAt = performance.now();
  }

  /** Maps the items with the function, one after the other. */
  async map<Item, Result>(items: readonly Item[], work: (item: Item, index: number) => Result): Promise<Result[]> {
    const results: Result[] = [];
    for (const [index, item] of items.entries()) {
      await this.next();
      results.push(work(item, index));
    }
    return results;
  }

  /** The items that pass a short test. */
  async filter<Item>(items: readonly Item[], test: (item: Item) => boolean): Promise<Item[]> {
    const passed: Item[] = [];
    for (const item of items) {
      if (this.isUsedUp) await this.next();
      if (test(item)) passed.push(item);
    }
    return passed;
  }

  /** Whether an item passes a short test. */
  async some<Item>(items: readonly Item[], test: (item: Item) => boolean): Promise<boolean> {
    for (const item of items) {
      if (this.isUsedUp) await this.next();
      if (test(item)) return true;
    }
    return false;
  }

  private get isUsedUp(): boolean {
    return performance.now() >= this.endsAt;
  }
}

function tooMuchWork(): ApiError {
  return new ApiError(
    'LimitExceeded',
    'The request requires more work than a single request may take. Reduce the number of items, or ' +
      'the size of the policies.',
  );
}
