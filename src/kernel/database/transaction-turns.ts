import pLimit, { type LimitFunction } from 'p-limit';

/**
 * A transaction that holds a connection may wait for a look-up on another one, when it needs a principal that is not
 * cached. If all transactions that hold a connection waited for another, none would become free.
 *
 * Therefore a part of the connections is reserved for look-ups, and transactions share the rest.
 */
export class TransactionTurns {
  readonly #turns: LimitFunction;

  /** @param connections of the pool, 2 or more */
  constructor(connections: number) {
    this.#turns = pLimit(Math.max(1, connections - Math.max(1, Math.floor(connections / 4))));
  }

  /** Number of waiting transactions. */
  get waiting(): number {
    return this.#turns.pendingCount;
  }

  /**
   * @param longestWait milliseconds
   * @param tooLate creates the error if the turn does not come in time; the work is then not done
   */
  async take<Result>(work: () => Promise<Result>, longestWait: number, tooLate: () => Error): Promise<Result> {
    let isTooLate = false;
    let timer: NodeJS.Timeout | undefined;
    const waited = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        isTooLate = true;
        reject(tooLate());
      }, longestWait);
    });
    const done = this.#turns(async () => {
      clearTimeout(timer);
      // The caller no longer waits.
      if (isTooLate) throw tooLate();
      return work();
    });
    // Only one of the two promises is awaited in the end.
    done.catch(() => undefined);
    return Promise.race([done, waited]);
  }
}
