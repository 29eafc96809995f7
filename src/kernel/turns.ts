import { ApiError } from './errors/errors.js';

/**
 * If this many are waiting, further ones are refused immediately: better than a response that is too late for everyone.
 */
const MAXIMUM_WAITING = 500;
/** Of one group. */
const MAXIMUM_WAITING_OF_GROUP = 100;

type Begin = () => void;

/**
 * Limits the concurrency of expensive work, so that cheap work does not wait for it. Groups, such as the addresses of the
 * requests, are served in rotation: one with a long queue delays the others by one turn each.
 */
export class Turns {
  /** In the order in which the groups are served. */
  readonly #queues = new Map<string, Begin[]>();
  #running = 0;
  #waiting = 0;

  /** @param atOnce maximum concurrency; 1 or more */
  constructor(private readonly atOnce: number) {}

  /**
   * @param group without one, the work is in a group with all other work without one, whose queue may be longer
   * @throws ApiError Throttling if too many are waiting
   */
  async take<Result>(work: () => Promise<Result>, group?: string): Promise<Result> {
    if (this.#running < this.atOnce) this.#running += 1;
    else await this.#wait(group);
    try {
      return await work();
    } finally {
      this.#passOn();
    }
  }

  #wait(group: string | undefined): Promise<void> {
    const queue = this.#queues.get(group ?? '') ?? [];
    const isFull = group !== undefined && queue.length >= MAXIMUM_WAITING_OF_GROUP;
    if (isFull || this.#waiting >= MAXIMUM_WAITING) {
      throw new ApiError('Throttling', 'Too many passwords are being checked at the moment. Try again shortly.', {
        retryAfter: 2,
      });
    }
    this.#waiting += 1;
    this.#queues.set(group ?? '', queue);
    return new Promise((resolve) => queue.push(resolve));
  }

  /** The turn that ends is that of the next group; the group then goes to the end of the rotation. */
  #passOn(): void {
    const [next] = this.#queues;
    if (!next) {
      this.#running -= 1;
      return;
    }
    const [group, queue] = next;
    const begin = queue.shift()!;
    this.#waiting -= 1;
    this.#queues.delete(group);
    if (queue.length > 0) this.#queues.set(group, queue);
    begin();
  }
}
