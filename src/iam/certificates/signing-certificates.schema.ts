import { z } from 'zod';
import { trimmedPem, userName } from '../../kernel/iam-names.schema.js';
import { pagingInput, pagingOutput } from '../../kernel/paging/paging.js';

const certificateId = z
  .string()
  .min(24)
  .max(128)
  .regex(/^[\w]+$/);
const status = z.enum(['Active', 'Inactive']);

/** Source: IAM API reference, data type `SigningCertificate`. */
const certificate = z
  .object({
    userName: z.string(),
    certificateId: z.string(),
    certificateBody: z.string(),
    status,
    uploadDate: z.date(),
  })
  .meta({ id: 'SigningCertificate' });

export const uploadSigningCertificateInput = z.strictObject({
  userName: userName.optional(),
  certificateBody: trimmedPem(16_384),
});
export const uploadSigningCertificateOutput = z.object({ certificate });
export const listSigningCertificatesInput = z.strictObject({ userName: userName.optional(), ...pagingInput });
export const listSigningCertificatesOutput = z.object({ certificates: z.array(certificate), ...pagingOutput });
export const updateSigningCertificateInput = z.strictObject({ userName: userName.optional(), certificateId, status });
export const signingCertificateInput = z.strictObject({ userName: userName.optional(), certificateId });
