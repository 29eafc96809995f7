import { Injectable } from '@nestjs/common';
import {
  type SecondFactor,
  SecondFactors,
  type SecondFactorVerifier,
} from '../../access/authentication/second-factors.js';
import type { Caller } from '../../access/actions/caller.js';
import type { RequestFacts } from '../../access/actions/request-facts.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { Database } from '../../kernel/database/database.service.js';
import { Notifications } from '../../kernel/mail/notifications.service.js';
import { Throttle, throttled } from '../../kernel/throttling/throttle.service.js';
import { MfaVerifier } from './mfa-verifier.service.js';

const LOCKED = { kind: 'signInLocked', factor: 'MFA code' } as const;

/** Codes of MFA devices in requests, throttled like those of sign-in. */
@Injectable()
export class RequestCodes implements SecondFactorVerifier {
  constructor(
    private readonly database: Database,
    private readonly throttle: Throttle,
    private readonly mfa: MfaVerifier,
    private readonly notifications: Notifications,
    secondFactors: SecondFactors,
  ) {
    secondFactors.use(this);
  }

  async verify({ principal, accountId, principalId }: Caller, factor: SecondFactor, request: RequestFacts) {
    if (principal.type !== 'user' && principal.type !== 'root') throw unknownDevice();
    const now = request.receivedAt;
    // A thief of the keys without the device has to guess one of a million codes: the delays and the limit on failures
    // prevent this.
    const named = { purpose: 'code', principal: principalId, address: request.sourceIp } as const;
    const error = await this.database.forPlatform(async (tx) => {
      const whenLocked = () =>
        this.database.inAccount(tx, accountId, () =>
          this.notifications.notifyPrincipal(tx, { accountId, principalId }, LOCKED, request),
        );
      const attempt = { ...named, isKnownAddress: false, whenLocked };
      const wait = await this.throttle.waitOf(tx, attempt, now);
      if (wait > 0) return throttled(wait, attempt);
      const isRight = await this.database.inAccount(tx, accountId, () =>
        this.mfa.verifyCodeOf(tx, accountId, principalId, factor.serialNumber, factor.code, now),
      );
      // This is not a guess.
      if (isRight === undefined) return unknownDevice();
      const newWait = await this.throttle.settle(tx, attempt, isRight, now);
      if (newWait > 0) return throttled(newWait, attempt);
      return isRight ? undefined : wrong();
    });
    if (error) throw error;
  }
}

/** The two spaces are in AWS's message. */
function unknownDevice(): ApiError {
  return new ApiError(
    'AccessDenied',
    'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
  );
}

function wrong(): ApiError {
  return new ApiError('AccessDenied', 'MultiFactorAuthentication failed with invalid MFA one time pass code.');
}
