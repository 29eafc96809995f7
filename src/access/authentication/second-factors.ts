import type { RequestFacts } from '../actions/request-facts.js';
import type { Caller } from '../actions/caller.js';

/** `SerialNumber` and `TokenCode` of AssumeRole and GetSessionToken. */
export interface SecondFactor {
  readonly serialNumber: string;
  readonly code: string;
}

/** Verifies a second factor that is sent with a request. The MFA module implements it. */
export abstract class SecondFactors {
  /**
   * The code is used up, and a failure is counted, whatever the outcome of the request.
   *
   * @throws ApiError AccessDenied if the code is wrong or the device is not the caller's; Throttling
   */
  abstract verify(caller: Caller, factor: SecondFactor, request: RequestFacts): Promise<void>;
}
