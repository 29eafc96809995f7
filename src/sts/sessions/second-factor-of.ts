import type { SecondFactor } from '../../access/authentication/second-factors.js';
import { ApiError } from '../../kernel/errors/errors.js';

/** @throws ApiError AccessDenied if only one of the two is given */
export function secondFactorOf({
  serialNumber,
  tokenCode,
}: {
  serialNumber?: string | undefined;
  tokenCode?: string | undefined;
}): SecondFactor | undefined {
  if (serialNumber === undefined && tokenCode === undefined) return undefined;
  if (serialNumber === undefined || tokenCode === undefined) {
    const message = 'MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.';
    throw new ApiError('AccessDenied', message);
  }
  return { serialNumber, code: tokenCode };
}
