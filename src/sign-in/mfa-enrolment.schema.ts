import { z } from 'zod';
import { secret } from '../operations/redact.js';
import { registerSecurityKeyInput } from '../iam/mfa/security-keys.schema.js';

const challengeToken = secret(z.string().min(1).max(256));
const code = secret(z.string().regex(/^\d{6}$/));

export const beginEnrolmentInput = z.strictObject({ challengeToken });
export const virtualDeviceEnrolmentOutput = z.object({
  /** Base32, for an authenticator app. Returned once. */
  secret: z.string(),
  /** The content of the QR code. */
  otpauthUri: z.string(),
  /** Base64. */
  qrCodePng: z.string(),
});
export const enrolVirtualDeviceInput = z.strictObject({
  challengeToken,
  /** Two consecutive codes. */
  authenticationCode1: code,
  authenticationCode2: code,
});
export const securityKeyEnrolmentOutput = z.object({
  /** `PublicKeyCredentialCreationOptionsJSON` for the browser's `navigator.credentials.create`. */
  options: z.looseObject({}),
});
const { securityKeyName, credential } = registerSecurityKeyInput.shape;
export const enrolSecurityKeyInput = z.strictObject({ challengeToken, securityKeyName, credential });
