import { z } from 'zod';
import { secret } from '../../../operations/redact.js';
import { pagingInput, pagingOutput } from '../../../kernel/paging/paging.js';

const partition = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/);
const tokenSerialNumber = z
  .string()
  .min(9)
  .max(64)
  .regex(/^[A-Za-z0-9][\w+=,.@-]*$/);

export const importTokensInput = z.strictObject({
  format: z.enum(['pskc', 'csv']),
  /** The text of the file; the limit is the request body of one MiB. */
  document: secret(z.string().min(1).max(1_000_000)),
  /** Base64: the pre-shared key of an encrypted PSKC file. */
  key: secret(z.base64().max(64)).optional(),
  /** The password from which the key of an encrypted PSKC file is derived. */
  password: secret(z.string().min(1).max(256)).optional(),
  /** Only principals of this partition may enable the tokens. */
  partition: partition.optional(),
});
export const importTokensOutput = z.object({ imported: z.number() });

export const hardwareToken = z
  .object({
    serialNumber: z.string(),
    manufacturer: z.string(),
    type: z.enum(['totp', 'hotp']),
    algorithm: z.string(),
    digits: z.number(),
    /** Seconds; TOTP only. */
    period: z.number().optional(),
    partition: z.string().optional(),
    importDate: z.date(),
    /** The account that uses it, and since when. */
    accountId: z.string().optional(),
    enableDate: z.date().optional(),
  })
  .meta({ id: 'HardwareToken' });

export const listTokensInput = z.strictObject({
  status: z.enum(['free', 'inUse']).optional(),
  serialNumberPrefix: z.string().min(1).max(64).optional(),
  ...pagingInput,
});
export const listTokensOutput = z.object({ hardwareTokens: z.array(hardwareToken), ...pagingOutput });
export const tokenInput = z.strictObject({ serialNumber: tokenSerialNumber });
export const tokenOutput = z.object({ hardwareToken });
