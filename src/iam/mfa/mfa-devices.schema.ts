import { z } from 'zod';
import { secret } from '../../operations/redact.js';
import { userName } from '../../kernel/iam-names.schema.js';
import { pagingInput, pagingOutput } from '../../kernel/paging/paging.js';
import { serialNumber } from './virtual-devices.schema.js';

/** Six digits in AWS's API; hardware tokens with eight are supported as well. */
const authenticationCode = secret(z.string().regex(/^(?:\d{6}|\d{8})$/));

export const twoCodesInput = z.strictObject({
  userName: userName.optional(),
  serialNumber,
  authenticationCode1: authenticationCode,
  authenticationCode2: authenticationCode,
});
export const mfaDeviceInput = z.strictObject({ userName: userName.optional(), serialNumber });
export const getMfaDeviceOutput = z.object({
  userName: z.string().optional(),
  serialNumber: z.string(),
  enableDate: z.date().optional(),
});
export const listMfaDevicesInput = z.strictObject({ userName: userName.optional(), ...pagingInput });
export const listMfaDevicesOutput = z.object({
  mfaDevices: z.array(
    z.object({ userName: z.string(), serialNumber: z.string(), enableDate: z.date() }).meta({ id: 'MfaDevice' }),
  ),
  ...pagingOutput,
});
