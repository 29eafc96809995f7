import { z } from 'zod';
import { secret } from '../../operations/redact.js';

/** Source: IAM API reference, CreateLoginProfile, `Password`. */
const PASSWORD = /^[\t\n\r\u0020-\u00FF]+$/;

/** A user's new password. */
export const userPassword = secret(z.string().min(1).max(128).regex(PASSWORD));

/** Source: IAM API reference, UpdateAccountPasswordPolicy. Members that are omitted get their defaults. */
export const updateAccountPasswordPolicyInput = z.strictObject({
  minimumPasswordLength: z.number().int().min(6).max(128).default(6),
  requireSymbols: z.boolean().default(false),
  requireNumbers: z.boolean().default(false),
  requireUppercaseCharacters: z.boolean().default(false),
  requireLowercaseCharacters: z.boolean().default(false),
  allowUsersToChangePassword: z.boolean().default(false),
  passwordReusePrevention: z.number().int().min(1).max(24).optional(),
  /** Days. */
  maxPasswordAge: z.number().int().min(1).max(1095).optional(),
  hardExpiry: z.boolean().optional(),
});

export const noInput = z.strictObject({});

export const passwordPolicyOutput = z.object({
  passwordPolicy: z
    .object({
      minimumPasswordLength: z.number(),
      requireSymbols: z.boolean(),
      requireNumbers: z.boolean(),
      requireUppercaseCharacters: z.boolean(),
      requireLowercaseCharacters: z.boolean(),
      allowUsersToChangePassword: z.boolean(),
      expirePasswords: z.boolean(),
      maxPasswordAge: z.number().optional(),
      passwordReusePrevention: z.number().optional(),
      hardExpiry: z.boolean().optional(),
    })
    .meta({ id: 'PasswordPolicy' }),
});
