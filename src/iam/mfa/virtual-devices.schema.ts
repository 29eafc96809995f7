import { z } from 'zod';
import { iamName, path } from '../../kernel/iam-names.schema.js';
import { pagingInput, pagingOutput } from '../../kernel/paging/paging.js';
import { tag, tagList } from '../../kernel/tags.js';
import { user } from '../users/users.schema.js';

/** Source: IAM API reference, parameter SerialNumber. */
export const serialNumber = z
  .string()
  .min(9)
  .max(256)
  .regex(/^[\w+=/:,.@-]+$/);

/** Source: IAM API reference, data type `VirtualMFADevice`. */
const virtualMfaDevice = z
  .object({
    serialNumber: z.string(),
    /** The seed in base32, and that in base64, as on AWS. Returned once. */
    base32StringSeed: z.string().optional(),
    /** An image of the otpauth:// URI, in base64. Returned once. */
    qrCodePng: z.string().optional(),
    user: user.optional(),
    enableDate: z.date().optional(),
    tags: z.array(tag).optional(),
  })
  .meta({ id: 'VirtualMfaDevice' });

export const createVirtualDeviceInput = z.strictObject({
  virtualMfaDeviceName: iamName('virtualMFADeviceName', 226),
  path: path.optional(),
  tags: tagList.optional(),
});
export const createVirtualDeviceOutput = z.object({ virtualMfaDevice });
export const virtualDeviceInput = z.strictObject({ serialNumber });
export const listVirtualDevicesInput = z.strictObject({
  assignmentStatus: z.enum(['Assigned', 'Unassigned', 'Any']).optional(),
  ...pagingInput,
});
export const listVirtualDevicesOutput = z.object({ virtualMfaDevices: z.array(virtualMfaDevice), ...pagingOutput });
