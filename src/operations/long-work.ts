import pLimit, { type LimitFunction } from 'p-limit';
import { ApiError } from '../kernel/errors/errors.js';

/** Maximum concurrent requests with long work per account. */
const AT_ONCE_PER_ACCOUNT = 2;
/** Maximum waiting requests of the account; responses to more would come too late. */
const MAXIMUM_WAITING = 10;

/**
 * Queues calls with long work before they begin their transactions. However many requests one account sends, it leaves
 * database connections to the others.
 */
export class LongWork {
  private readonly all: LimitFunction;
  private readonly accounts = new Map<string, LimitFunction>();

  /** @param connections of the database pool: half of them are for long work */
  constructor(connections: number) {
    this.all = pLimit(Math.max(1, Math.floor(connections / 2)));
  }

  /** @throws ApiError Throttling if too many calls of the account are waiting */
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
