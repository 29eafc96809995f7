import pLimit, { type LimitFunction } from 'p-limit';

/**
 * Who holds a connection may wait for a look-up on another one: a transaction that asks a directory for a principal which
 * is not in memory. If everyone who holds one waited for another, none would come free.
 *
 * So a part of the connections is kept for look-ups, which take no turn: transactions take turns for the rest.
 */
export class TransactionTurns {
  readonly #turns: LimitFunction;

  /** @param connections of the pool, 2 or more */
  constructor(connections: number) {
    this.#turns = pLimit(Math.max(1, connections - Math.max(1, Math.floor(connections / 4))));
  }

  /** Transactions that wait for their turn. */
  get waiting(): number {
    return this.#turns.pendingCount;
  }

  /**
   * @param longestWait milliseconds
   * @param tooLate makes what is thrown when the turn does not come in time; the work is then not done
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
      // Nobody waits for this any more.
      if (isTooLate) throw tooLate();
      return work();
    });
    // Of the two only one is waited for in the end.
    done.catch(() => undefined);
    return Promise.race([done, waited]);
  }
}
