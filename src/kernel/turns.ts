import pLimit, { type LimitFunction } from 'p-limit';
import { ApiError } from './errors/errors.js';

/**
 * If this many are waiting, further ones are refused immediately: better than a response that is too late for everyone.
 */
const MAXIMUM_WAITING = 500;

/** Limits the concurrency of expensive work, so that cheap work does not wait for it. */
export class Turns {
  readonly #limit: LimitFunction;

  /** @param atOnce maximum concurrency; 1 or more */
  constructor(atOnce: number) {
    this.#limit = pLimit(atOnce);
  }

  /** @throws ApiError Throttling if too many are waiting */
  take<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#limit.pendingCount >= MAXIMUM_WAITING) {
      throw new ApiError('Throttling', 'Too many passwords are being checked at the moment. Try again shortly.', {
        retryAfter: 2,
      });
    }
    return this.#limit(work);
  }
}
