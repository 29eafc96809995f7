import { Injectable } from '@nestjs/common';
import { FailedAttempt } from '../../operations/failed-attempt.js';
import type { RequestFacts } from '../../access/actions/request-facts.js';
import { Database, type Transaction } from '../../kernel/database/database.service.js';
import { Notifications } from '../../kernel/mail/notifications.service.js';
import { PasswordHasher } from '../../kernel/secrets/password-hasher.js';
import { Guesses } from '../../kernel/throttling/guesses.service.js';

/** The owner of the password. */
interface Owner {
  readonly accountId: string;
  /** The user's unique ID, or the account ID for the root user. */
  readonly principalId: string;
  readonly passwordHash: string | null;
}

const LOCKED = { kind: 'ownPasswordLocked' } as const;

/** Verifies the caller's own password again before it, or something that depends on it, changes. */
@Injectable()
export class OwnPasswords {
  constructor(
    private readonly hasher: PasswordHasher,
    private readonly guesses: Guesses,
    private readonly database: Database,
    private readonly notifications: Notifications,
  ) {}

  /**
   * Guesses are counted in the transaction that locks the account, so concurrent guesses are counted one after the
   * other. They are counted per principal, whatever address or operation they come from, because a thief of a session
   * or an access key can choose both. The root user is notified of the lock by mail.
   *
   * @param tx of a change in the account
   * @throws ApiError Throttling; AccessDenied with `message` if the password is wrong
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
