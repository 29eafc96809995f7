import { z } from 'zod';
import { secret } from '../operations/redact.js';
import { userName } from '../kernel/iam-names.schema.js';
import { authenticationResponse } from '../iam/mfa/security-keys.schema.js';

const password = secret(z.string().min(1).max(128));
const challengeToken = secret(z.string().min(1).max(256));

/** `cookie`: the session is an HttpOnly cookie of the answer instead of tokens in it. */
const sessionKind = z.enum(['tokens', 'cookie']).default('tokens');

/** Either the root user by email, or a user by account (id or alias) and name. */
export const signInInput = z
  .strictObject({
    email: z.string().min(3).max(254).optional(),
    account: z.string().min(3).max(63).optional(),
    userName: userName.optional(),
    password,
    /**
     * Of a virtual device or a hardware token, when the principal has one. Such an attempt is not held up by what others
     * fail at, and says only whether both are right.
     */
    code: secret(z.string().regex(/^\d{6,8}$/)).optional(),
    session: sessionKind,
  })
  .refine(({ email, account, userName }) => (email === undefined ? account && userName : !account && !userName), {
    message: 'Specify either email, or account and userName',
  })
  .meta({ examples: [{ account: '123456789012', userName: 'ana', password: 'Correct-horse-battery-1' }] });

export const mfaInput = z
  .strictObject({
    challengeToken,
    /** Of a virtual device or a hardware token. */
    code: secret(z.string().regex(/^\d{6,8}$/)).optional(),
    /** Of a security key: what the browser's navigator.credentials.get answered. */
    credential: secret(authenticationResponse).optional(),
    /** One of those that CreateRecoveryCodes gave. */
    recoveryCode: secret(z.string().regex(/^[A-Za-z2-7 -]{20,40}$/)).optional(),
  })
  .refine((answer) => [answer.code, answer.credential, answer.recoveryCode].filter(Boolean).length === 1, {
    message: 'Specify exactly one of code, credential and recoveryCode',
  });

export const newPasswordInput = z.strictObject({ challengeToken, newPassword: password });

export const beginPasskeyInput = z.strictObject({
  session: sessionKind,
});
export const beginPasskeyOutput = z.object({
  /** For the answer, within five minutes, once. */
  challengeToken: z.string(),
  /** For the browser's navigator.credentials.get. */
  credentialOptions: z.looseObject({}),
});
export const passkeyInput = z.strictObject({
  challengeToken: secret(z.string().min(1).max(1024)),
  /** What the browser answered. */
  credential: secret(authenticationResponse),
});

const mfaDevice = z
  .object({ serialNumber: z.string(), kind: z.enum(['virtual', 'securityKey', 'hardware']), name: z.string() })
  .meta({ id: 'SignInMfaDevice' });

/** What a step of signing in leads to; which members there are, the status says. */
export const signInOutput = z
  .object({
    status: z.enum(['signedIn', 'mfaRequired', 'passwordChangeRequired', 'mfaEnrolmentRequired']),
    /** With `signedIn`. */
    accessToken: z.string().optional(),
    refreshToken: z.string().optional(),
    /** Lifetime of the access token in seconds. */
    expiresIn: z.number().optional(),
    /** With `signedIn` by cookie: to be sent with changes, in the header `x-csrf-token`. */
    csrfToken: z.string().optional(),
    /** With `signedIn`: when the password has to be changed, if it has to. */
    passwordExpiresAt: z.date().optional(),
    /** With the others: for the next step, within five minutes. */
    challengeToken: z.string().optional(),
    /** With `mfaRequired`: any one of them will do. */
    devices: z.array(mfaDevice).optional(),
    /** With `mfaRequired`, when one is a security key: for the browser's navigator.credentials.get, once. */
    credentialOptions: z.looseObject({}).optional(),
    /** With `mfaRequired`, when the principal has recovery codes: how many. */
    recoveryCodesLeft: z.number().int().optional(),
  })
  .meta({ id: 'SignInProgress' });

export const stepUpInput = z.strictObject({ password });

/** What a step of stepping up leads to. */
export const stepUpOutput = z
  .object({
    status: z.enum(['steppedUp', 'mfaRequired']),
    /** With `steppedUp`: until then operations that require a step-up are open to the session. */
    validUntil: z.date().optional(),
    /** The others with `mfaRequired`, as at sign-in. */
    challengeToken: z.string().optional(),
    devices: z.array(mfaDevice).optional(),
    credentialOptions: z.looseObject({}).optional(),
    recoveryCodesLeft: z.number().int().optional(),
  })
  .meta({ id: 'StepUpProgress' });

export const refreshInput = z.strictObject({ refreshToken: secret(z.string().min(1).max(256)) });
export const refreshOutput = z
  .object({ status: z.literal('signedIn'), accessToken: z.string(), refreshToken: z.string(), expiresIn: z.number() })
  .meta({ id: 'RefreshedSession' });
