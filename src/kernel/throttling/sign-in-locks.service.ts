import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../database/database.service.js';
import { type Purpose, signInName } from './throttle-rules.js';
import { Throttle } from './throttle.service.js';

/** Whose failures are counted: a user, or the root user of an account. */
type Principal =
  | { readonly accountId: string; readonly identityId: string; readonly name: string }
  | { readonly accountId: string; readonly rootEmail: string };

/** Removes delays and locks: after a new password, or by someone who may unlock. */
@Injectable()
export class SignInLocks {
  constructor(
    private readonly throttle: Throttle,
    private readonly database: Database,
  ) {}

  /** Failures with the old password say nothing about the new one. Failures with MFA codes are kept. */
  async passwordReplaced(tx: Transaction, principal: Principal): Promise<void> {
    await this.forget(tx, principal, ['ownPassword']);
  }

  /** All failures: with the password and with MFA codes. */
  async unlock(tx: Transaction, principal: Principal): Promise<void> {
    await this.forget(tx, principal, ['ownPassword', 'code', 'deviceCodes']);
  }

  private forget(tx: Transaction, principal: Principal, ofId: readonly Purpose[]): Promise<void> {
    const isRoot = 'rootEmail' in principal;
    const principalId = isRoot ? principal.accountId : principal.identityId;
    const name = isRoot ? { email: principal.rootEmail } : { account: principal.accountId, userName: principal.name };
    return this.database.inPlatform(tx, async () => {
      await this.throttle.forget(tx, 'password', signInName(name));
      for (const purpose of ofId) await this.throttle.forget(tx, purpose, principalId);
    });
  }
}
