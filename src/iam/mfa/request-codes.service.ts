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
import { Guesses } from '../../kernel/throttling/guesses.service.js';
import { MfaVerifier } from './mfa-verifier.service.js';

const LOCKED = { kind: 'signInLocked', factor: 'MFA code' } as const;

/** Codes of MFA devices in requests, throttled like those of sign-in. */
@Injectable()
export class RequestCodes implements SecondFactorVerifier {
  constructor(
    private readonly database: Database,
    private readonly guesses: Guesses,
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
      const guess = await this.guesses.make(tx, attempt, now, () =>
        this.database.inAccount(tx, accountId, () =>
          this.mfa.verifyCodeOf(tx, accountId, principalId, factor.serialNumber, factor.code, now),
        ),
      );
      if (!guess) return unknownDevice();
      if ('delayed' in guess) return guess.delayed;
      return guess.isRight ? undefined : wrong();
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
