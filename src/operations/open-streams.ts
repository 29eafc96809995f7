import { quotas, requireBelowQuota } from '../kernel/quotas.js';

/** Counts the current streams per account, so that one account cannot keep the whole server busy with exports. */
export class OpenStreams {
  private readonly counts = new Map<string, number>();

  /** @throws ApiError LimitExceeded */
  requireRoom(accountId: string): void {
    requireBelowQuota('ExportsPerAccount', this.counts.get(accountId) ?? 0, quotas.exportsPerAccount);
  }

  /** The same chunks. The stream counts from its first chunk until its end, also if the client disconnects. */
  async *count(accountId: string, chunks: AsyncIterable<string>): AsyncGenerator<string> {
    this.requireRoom(accountId);
    this.add(accountId, 1);
    try {
      yield* chunks;
    } finally {
      this.add(accountId, -1);
    }
  }

  private add(accountId: string, change: 1 | -1): void {
    const count = (this.counts.get(accountId) ?? 0) + change;
    if (count > 0) this.counts.set(accountId, count);
    else this.counts.delete(accountId);
  }
}
