import { Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import { ApiError } from '../common/errors.js';
import { Database, type Transaction } from '../database/database.service.js';
import { MfaVerifier } from '../mfa/mfa-verifier.service.js';

/** The MFA code that comes with a request for temporary credentials. */
@Injectable()
export class SecondFactor {
  constructor(
    private readonly database: Database,
    private readonly mfa: MfaVerifier,
  ) {}

  /**
   * Uses the code up. It is of a device of the calling user or root user, in the caller's account.
   *
   * @returns when MFA was passed; undefined when the request carries no code
   * @throws ApiError ValidationError when only one of both is given, AccessDenied when the code is not right
   */
  async check(
    tx: Transaction,
    caller: Caller,
    { serialNumber, tokenCode }: { serialNumber?: string | undefined; tokenCode?: string | undefined },
    now: Date,
  ): Promise<Date | undefined> {
    if (serialNumber === undefined && tokenCode === undefined) return undefined;
    if (serialNumber === undefined || tokenCode === undefined) {
      throw new ApiError('ValidationError', 'Give SerialNumber and TokenCode together.');
    }
    const { accountId, principal } = caller;
    const isUser = principal.type === 'user' || principal.type === 'root';
    const isRight =
      isUser &&
      (await this.database.inAccount(tx, accountId, () =>
        this.mfa.verifyCodeOf(tx, accountId, caller.principalId, serialNumber, tokenCode, now),
      ));
    if (isRight) return now;
    throw new ApiError('AccessDenied', 'MultiFactorAuthentication failed with invalid MFA one time pass code.');
  }
}
