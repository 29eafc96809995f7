import pLimit, { type LimitFunction } from 'p-limit';
import { ApiError } from '../kernel/errors/errors.js';

/** Requests of one account whose long work goes on at the same time. */
const AT_ONCE_PER_ACCOUNT = 2;
/** Further ones of the account that wait; the answer to more would come too late for whoever asked. */
const MAXIMUM_WAITING = 10;

/**
 * Calls with long work take turns before they begin their transactions. One account, with however many requests, leaves
 * connections to the database to the others.
 */
export class LongWork {
  private readonly all: LimitFunction;
  private readonly accounts = new Map<string, LimitFunction>();

  /** @param connections of the database pool: half of them are for long work */
  constructor(connections: number) {
    this.all = pLimit(Math.max(1, Math.floor(connections / 2)));
  }

  /** @throws ApiError Throttling when too many calls of the account wait */
  async inTurn(accountId: string, work: () => Promise<void>): Promise<void> {
    const turns = this.accounts.get(accountId) ?? pLimit(AT_ONCE_PER_ACCOUNT);
    if (turns.pendingCount >= MAXIMUM_WAITING) throw tooMany();
    this.accounts.set(accountId, turns);
    try {
      await turns(() => this.all(work));
    } finally {
      if (turns.activeCount + turns.pendingCount === 0) this.accounts.delete(accountId);
    }
  }
}

function tooMany(): ApiError {
  return new ApiError(
    'Throttling',
    'Too many long-running requests of this account are waiting. Send them one after the other.',
    { retryAfter: 5 },
  );
}
