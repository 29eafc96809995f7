import type { SecondFactor } from '../access/authentication/second-factors.js';
import { ApiError } from '../common/errors.js';

/** @throws ApiError ValidationError when only one of the two is given */
export function secondFactorOf({
  serialNumber,
  tokenCode,
}: {
  serialNumber?: string | undefined;
  tokenCode?: string | undefined;
}): SecondFactor | undefined {
  if (serialNumber === undefined && tokenCode === undefined) return undefined;
  if (serialNumber === undefined || tokenCode === undefined) {
    throw new ApiError('ValidationError', 'SerialNumber and TokenCode must be given together.');
  }
  return { serialNumber, code: tokenCode };
}
