import { z } from 'zod';
import { iamName, userName } from '../../kernel/iam-names.schema.js';

const base64url = (maximum: number) =>
  z
    .string()
    .min(1)
    .max(maximum)
    .regex(/^[\w-]+$/);

/** W3C Web Authentication: browsers' `authenticatorAttachment` and `clientExtensionResults` are not used. */
const unusedMembers = {
  rawId: base64url(2048).optional(),
  type: z.literal('public-key'),
  authenticatorAttachment: z.enum(['platform', 'cross-platform']).optional(),
  clientExtensionResults: z.looseObject({}).optional(),
};

/** `RegistrationResponseJSON` of W3C Web Authentication Level 3, §5.1.8. */
const registrationResponse = z.strictObject({
  id: base64url(2048),
  ...unusedMembers,
  response: z.strictObject({
    clientDataJSON: base64url(16_384),
    attestationObject: base64url(65_536),
    authenticatorData: base64url(16_384).optional(),
    transports: z.array(z.string().max(32)).max(16).optional(),
    publicKeyAlgorithm: z.number().int().optional(),
    publicKey: base64url(16_384).optional(),
  }),
});

/** `AuthenticationResponseJSON` of the same section. */
export const authenticationResponse = z.strictObject({
  id: base64url(2048),
  ...unusedMembers,
  response: z.strictObject({
    clientDataJSON: base64url(16_384),
    authenticatorData: base64url(16_384),
    signature: base64url(4096),
    userHandle: base64url(128).optional(),
  }),
});

export type AuthenticationResponse = z.output<typeof authenticationResponse>;

export const beginRegistrationInput = z.strictObject({ userName: userName.optional() });
export const beginRegistrationOutput = z.object({
  /** `PublicKeyCredentialCreationOptionsJSON` for the browser's `navigator.credentials.create`. */
  options: z.looseObject({}),
});
const deviceName = iamName('securityKeyName', 64);
export const registerSecurityKeyInput = z.strictObject({
  userName: userName.optional(),
  securityKeyName: deviceName,
  credential: registrationResponse,
});
export const securityKeyOutput = z.object({ serialNumber: z.string() });
export const importU2fKeyInput = z.strictObject({
  userName: userName.optional(),
  securityKeyName: deviceName,
  /** Base64url. */
  keyHandle: base64url(1024),
  /** 65 bytes in base64url: an uncompressed point of P-256 (FIDO U2F Raw Message Formats, §4.3). */
  publicKey: base64url(128),
  appId: z.url({ protocol: /^https?$/ }).max(255),
  signCount: z.number().int().min(0).max(0xffff_ffff).default(0),
});
