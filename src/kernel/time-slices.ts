import { setImmediate as nextTurn } from 'node:timers/promises';
import { ApiError } from './errors/errors.js';

/** Milliseconds that long work may keep the event loop to itself; with its longest part, far below 50. */
const SLICE_MILLISECONDS = 10;

/** Milliseconds of work that one request may ask for; what waits for others does not count. */
export const WORK_OF_A_REQUEST = 5_000;

/** Of all long work of the process: each slice waits for the one before it and for a turn of the event loop. */
let turns: Promise<unknown> = Promise.resolve();
let waiting = 0;
/** When the slice that began last is used up. */
let lastEndsAt = 0;

/** @returns when it ends */
function beginSlice(): number {
  lastEndsAt = performance.now() + SLICE_MILLISECONDS;
  return lastEndsAt;
}

/** Short work is done at once: in what is left of a slice, or in one of its own when nobody waits. */
function firstSlice(): number {
  if (waiting > 0) return 0;
  return performance.now() < lastEndsAt ? lastEndsAt : beginSlice();
}

/**
 * Long work in slices: other requests have their turn in between. However many requests do long work at the same time, the
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

  /** What the function makes of each item, one after the other. */
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
