import { z } from 'zod';
import { secret } from '../operations/redact.js';
import { userName } from '../kernel/iam-names.schema.js';
import { authenticationResponse } from '../iam/mfa/security-keys.schema.js';

const password = secret(z.string().min(1).max(128));
const challengeToken = secret(z.string().min(1).max(256));

/** `cookie`: the session is an HttpOnly cookie in the response instead of tokens. */
const sessionKind = z.enum(['tokens', 'cookie']).default('tokens');

/** Either the root user by email, or a user by account (id or alias) and name. */
export const signInInput = z
  .strictObject({
    email: z.string().min(3).max(254).optional(),
    account: z.string().min(3).max(63).optional(),
    userName: userName.optional(),
    password,
    /**
     * From a virtual device or a hardware token, if the principal has one. Failures of others do not delay such an
     * attempt, and its response only says whether both are right.
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
    /** From a virtual device or a hardware token. */
    code: secret(z.string().regex(/^\d{6,8}$/)).optional(),
    /** From a security key: the response of the browser's navigator.credentials.get. */
    credential: secret(authenticationResponse).optional(),
    /** One of the codes from CreateRecoveryCodes. */
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
  /** For the response; valid once, for five minutes. */
  challengeToken: z.string(),
  /** For the browser's navigator.credentials.get. */
  credentialOptions: z.looseObject({}),
});
export const passkeyInput = z.strictObject({
  challengeToken: secret(z.string().min(1).max(1024)),
  /** The response of the browser. */
  credential: secret(authenticationResponse),
});

const mfaDevice = z
  .object({ serialNumber: z.string(), kind: z.enum(['virtual', 'securityKey', 'hardware']), name: z.string() })
  .meta({ id: 'SignInMfaDevice' });

/** The result of a sign-in step; the status determines which members are present. */
export const signInOutput = z
  .object({
    status: z.enum(['signedIn', 'mfaRequired', 'passwordChangeRequired', 'mfaEnrolmentRequired']),
    /** With `signedIn`. */
    accessToken: z.string().optional(),
    refreshToken: z.string().optional(),
    /** Lifetime of the access token in seconds. */
    expiresIn: z.number().optional(),
    /** With `signedIn` and a cookie: required for changes, in the header `x-csrf-token`. */
    csrfToken: z.string().optional(),
    /** With `signedIn`: when the password must be changed, if it expires. */
    passwordExpiresAt: z.date().optional(),
    /** With the other statuses: for the next step, valid for five minutes. */
    challengeToken: z.string().optional(),
    /** With `mfaRequired`: any one of them is sufficient. */
    devices: z.array(mfaDevice).optional(),
    /** With `mfaRequired`, if one is a security key: for the browser's navigator.credentials.get, once. */
    credentialOptions: z.looseObject({}).optional(),
    /** With `mfaRequired`, if the principal has recovery codes: how many. */
    recoveryCodesLeft: z.number().int().optional(),
  })
  .meta({ id: 'SignInProgress' });

export const stepUpInput = z.strictObject({ password });

/** The result of a step-up. */
export const stepUpOutput = z
  .object({
    status: z.enum(['steppedUp', 'mfaRequired']),
    /** With `steppedUp`: until then the session may call operations that require a step-up. */
    validUntil: z.date().optional(),
    /** The other members with `mfaRequired`, as at sign-in. */
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
