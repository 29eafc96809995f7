import { Injectable } from '@nestjs/common';
import type { RequestFacts } from '../actions/request-facts.js';
import type { Caller } from '../actions/caller.js';

/** `SerialNumber` and `TokenCode` of AssumeRole and GetSessionToken. */
export interface SecondFactor {
  readonly serialNumber: string;
  readonly code: string;
}

/** Verifies second factors that come with a request. */
export interface SecondFactorVerifier {
  /**
   * The code is used up, and a failure is counted, whatever the outcome of the request.
   *
   * @throws ApiError AccessDenied if the code is wrong or the device is not the caller's; Throttling
   */
  verify(caller: Caller, factor: SecondFactor, request: RequestFacts): Promise<void>;
}

/** The MFA module, which depends on this one, registers the verifier. */
@Injectable()
export class SecondFactors implements SecondFactorVerifier {
  private verifier: SecondFactorVerifier | undefined;

  use(verifier: SecondFactorVerifier): void {
    this.verifier = verifier;
  }

  verify(caller: Caller, factor: SecondFactor, request: RequestFacts): Promise<void> {
    if (!this.verifier) throw new Error('No verifier of second factors is registered');
    return this.verifier.verify(caller, factor, request);
  }
}
