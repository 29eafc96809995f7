import { z } from 'zod';
import { secret } from '../access/operations/redact.js';
import { userName } from '../common/iam-names.schema.js';

const password = secret(z.string().min(1).max(128));

/** Either the root user by email, or a user by account (id or alias) and name. */
export const signInInput = z
  .strictObject({
    email: z.string().min(3).max(254).optional(),
    account: z.string().min(3).max(63).optional(),
    userName: userName.optional(),
    password,
  })
  .refine(({ email, account, userName }) => (email === undefined ? account && userName : !account && !userName), {
    message: 'Give either email, or account and userName',
  })
  .meta({ examples: [{ account: '123456789012', userName: 'ana', password: 'Correct-horse-battery-1' }] });

export const signedIn = z
  .object({
    status: z.literal('signedIn'),
    accessToken: z.string(),
    refreshToken: z.string(),
    /** Lifetime of the access token in seconds. */
    expiresIn: z.number(),
  })
  .meta({ id: 'SignedIn' });

export const refreshInput = z.strictObject({ refreshToken: secret(z.string().min(1).max(256)) });
export const signOutInput = z.strictObject({});
