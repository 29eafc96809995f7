import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../database/database.service.js';
import type { ApiError } from '../errors/errors.js';
import type { Attempt } from './throttle-rules.js';
import { Throttle, throttled } from './throttle.service.js';

/** The outcome of a guess; `delayed`: the response must not show whether it was correct. */
export type Guess = { readonly isRight: boolean } | { readonly delayed: ApiError };

/** Secrets that an operation requires in addition to its credential or caller: an MFA code, the caller's own password. */
@Injectable()
export class Guesses {
  constructor(
    private readonly throttle: Throttle,
    private readonly database: Database,
  ) {}

  /**
   * Verifies a guess, unless the throttle delays it, and counts it.
   *
   * @param tx in any scope
   * @param verify returns undefined if there was nothing to guess, which is not counted
   * @returns undefined as `verify` does
   */
  async make<Verified extends boolean | undefined>(
    tx: Transaction,
    attempt: Attempt,
    now: Date,
    verify: () => Promise<Verified>,
  ): Promise<Guess | (Verified & undefined)> {
    const wait = await this.database.inPlatform(tx, () => this.throttle.waitOf(tx, attempt, now));
    if (wait > 0) return { delayed: throttled(wait, attempt) };
    const isRight = await verify();
    if (isRight === undefined) return isRight as Verified & undefined;
    const due = await this.database.inPlatform(tx, () => this.throttle.settle(tx, attempt, isRight, now));
    return due > 0 ? { delayed: throttled(due, attempt) } : { isRight };
  }
}
