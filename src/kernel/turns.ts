import pLimit, { type LimitFunction } from 'p-limit';
import { ApiError } from './errors/errors.js';

/** Who comes when this many wait is sent away at once: better than an answer that comes too late for everyone. */
const MAXIMUM_WAITING = 500;

/** Costly work takes turns, so that what costs little need not wait for it. */
export class Turns {
  readonly #limit: LimitFunction;

  /** @param atOnce how much of the work goes on at the same time; 1 or more */
  constructor(atOnce: number) {
    this.#limit = pLimit(atOnce);
  }

  /** @throws ApiError Throttling when too many wait */
  take<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#limit.pendingCount >= MAXIMUM_WAITING) {
      throw new ApiError('Throttling', 'Too many passwords are being checked at the moment. Try again shortly.', {
        retryAfter: 2,
      });
    }
    return this.#limit(work);
  }
}
