import { z } from 'zod';
import { secret } from '../../operations/redact.js';
import { assumeRoleInput, assumeRoleOutput } from '../sessions/sts.schema.js';

/** Source: AWS STS API reference, AssumeRoleWithSAML. */
export const samlInput = assumeRoleInput
  .pick({ roleArn: true, policy: true, policyArns: true, durationSeconds: true })
  .extend({
    principalArn: z.string().min(20).max(2048),
    /** The provider's response in base64, as posted by its form. */
    samlAssertion: secret(z.string().min(4).max(100_000)),
  })
  .strict();

export const samlOutput = assumeRoleOutput.extend({
  subject: z.string(),
  subjectType: z.string(),
  issuer: z.string(),
  /** Recipient of the assertion. */
  audience: z.string(),
  nameQualifier: z.string(),
});
