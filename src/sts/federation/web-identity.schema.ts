import { z } from 'zod';
import { secret } from '../../operations/redact.js';
import { assumeRoleInput, assumeRoleOutput } from '../sessions/sts.schema.js';

/** Source: AWS STS API reference, AssumeRoleWithWebIdentity. */
export const webIdentityInput = assumeRoleInput
  .pick({ roleArn: true, roleSessionName: true, policy: true, policyArns: true, durationSeconds: true })
  .extend({
    webIdentityToken: secret(z.string().min(4).max(20_000)),
    /** For OAuth 2.0 access tokens. */
    providerId: z
      .string()
      .max(0, { message: 'Member must be empty: only tokens of OpenID Connect providers are accepted' })
      .optional(),
  })
  .strict();

export const webIdentityOutput = assumeRoleOutput.extend({
  subjectFromWebIdentityToken: z.string(),
  /** Issuer of the token. */
  provider: z.string(),
  audience: z.string(),
});
