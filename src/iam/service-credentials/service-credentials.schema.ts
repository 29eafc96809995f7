import { z } from 'zod';
import { secret } from '../../operations/redact.js';
import { userName } from '../../kernel/iam-names.schema.js';
import { pagingInput, pagingOutput } from '../../kernel/paging/paging.js';

const serviceSpecificCredentialId = z
  .string()
  .min(20)
  .max(128)
  .regex(/^[\w]+$/);
const serviceName = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[a-z0-9.-]+$/);
const status = z.enum(['Active', 'Inactive']);

/** Source: IAM API reference, data type `ServiceSpecificCredentialMetadata`. */
const metadata = {
  userName: z.string(),
  serviceSpecificCredentialId: z.string(),
  serviceName: z.string(),
  /** For services with passwords. */
  serviceUserName: z.string().optional(),
  /** For services with API keys. */
  serviceCredentialAlias: z.string().optional(),
  status: z.enum(['Active', 'Inactive', 'Expired']),
  createDate: z.date(),
  expirationDate: z.date().optional(),
};
const credential = z
  .object({ ...metadata, servicePassword: z.string().optional(), serviceCredentialSecret: z.string().optional() })
  .meta({ id: 'ServiceSpecificCredential' });

export const createServiceCredentialInput = z.strictObject({
  userName,
  serviceName,
  credentialAgeDays: z.number().int().min(1).max(36_600).optional(),
});
export const serviceCredentialOutput = z.object({ serviceSpecificCredential: credential });
export const listServiceCredentialsInput = z.strictObject({
  userName: userName.optional(),
  serviceName: serviceName.optional(),
  allUsers: z.boolean().optional(),
  ...pagingInput,
});
export const listServiceCredentialsOutput = z.object({
  serviceSpecificCredentials: z.array(z.object(metadata).meta({ id: 'ServiceSpecificCredentialMetadata' })),
  ...pagingOutput,
});
export const updateServiceCredentialInput = z.strictObject({
  userName: userName.optional(),
  serviceSpecificCredentialId,
  status,
});
export const serviceCredentialInput = z.strictObject({ userName: userName.optional(), serviceSpecificCredentialId });
export const verifyServiceCredentialInput = z.strictObject({
  serviceName,
  /** The name that the client presented: `serviceUserName` or `serviceCredentialAlias`. */
  serviceUserName: z.string().min(1).max(200),
  secret: secret(z.string().min(1).max(512)),
});
export const verifyServiceCredentialOutput = z.object({
  isValid: z.boolean(),
  /** The owner of the credential. */
  principal: z.string().optional(),
});
