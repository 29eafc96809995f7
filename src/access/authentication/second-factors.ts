import type { RequestFacts } from '../actions/request-facts.js';
import type { Caller } from '../actions/caller.js';

/** `SerialNumber` and `TokenCode` of AssumeRole and GetSessionToken. */
export interface SecondFactor {
  readonly serialNumber: string;
  readonly code: string;
}

/** Checks a second factor that comes with a request. What there is to check with belongs to the MFA module. */
export abstract class SecondFactors {
  /**
   * A code is used up, and a failure counted, whatever becomes of the request.
   *
   * @throws ApiError AccessDenied when the code is wrong or the device not the caller's, Throttling
   */
  abstract verify(caller: Caller, factor: SecondFactor, request: RequestFacts): Promise<void>;
}
