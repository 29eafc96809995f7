import { Injectable } from '@nestjs/common';
import { FailedAttempt } from '../../operations/failed-attempt.js';
import type { RequestFacts } from '../../access/actions/request-facts.js';
import { Database, type Transaction } from '../../kernel/database/database.service.js';
import { Notifications } from '../../kernel/mail/notifications.service.js';
import { PasswordHasher } from '../../kernel/secrets/password-hasher.js';
import { Guesses } from '../../kernel/throttling/guesses.service.js';

/** Whose password it is. */
interface Owner {
  readonly accountId: string;
  /** The user's unique id, or the account id for the root user. */
  readonly principalId: string;
  readonly passwordHash: string | null;
}

const LOCKED = { kind: 'ownPasswordLocked' } as const;

/** The caller's own password, asked for again before it or what depends on it changes. */
@Injectable()
export class OwnPasswords {
  constructor(
    private readonly hasher: PasswordHasher,
    private readonly guesses: Guesses,
    private readonly database: Database,
    private readonly notifications: Notifications,
  ) {}

  /**
   * Guesses are counted in the transaction that holds the account, so of many at once each knows of those before it. They
   * are counted per principal, whatever address or operation they come from: a thief of a session or an access key chooses
   * both. The root user hears of the lock by mail.
   *
   * @param tx of a change in the account
   * @throws ApiError Throttling; AccessDenied with `message` when it is not the password
   */
  async require(
    tx: Transaction,
    { accountId, principalId, passwordHash }: Owner,
    { password, message }: { readonly password: string; readonly message: string },
    request: RequestFacts,
  ): Promise<void> {
    const whenLocked = () =>
      this.database.inAccount(tx, accountId, () =>
        this.notifications.notifyPrincipal(tx, { accountId, principalId }, LOCKED, request),
      );
    const attempt = { purpose: 'ownPassword', principal: principalId, isKnownAddress: true, whenLocked } as const;
    const verify = () => this.hasher.verify(passwordHash ?? undefined, password);
    const guess = await this.guesses.make(tx, attempt, request.receivedAt, verify);
    if ('delayed' in guess) throw guess.delayed;
    if (!guess.isRight) throw new FailedAttempt('AccessDenied', message);
  }
}
