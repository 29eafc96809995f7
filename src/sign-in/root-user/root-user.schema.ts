import { z } from 'zod';
import { secret } from '../../operations/redact.js';
import { email } from '../../tenancy/accounts/accounts.schema.js';

const password = secret(z.string().min(1).max(128));
export const changePasswordInput = z.strictObject({ password, newPassword: password });
export const changeEmailInput = z.strictObject({ password, email });
export const requestRecoveryInput = z.strictObject({ email: z.string().min(3).max(254) });
export const recoverInput = z.strictObject({ token: secret(z.string().min(1).max(256)), newPassword: password });
