import { z } from 'zod';
import { secret } from '../../operations/redact.js';
import { tag, tagList } from '../../kernel/tags.js';

/** AWS accepts ten million characters; here the limit is the request body of one MiB. */
const metadataDocument = z.string().min(1000).max(1_000_000);
const encryptionMode = z.enum(['Required', 'Allowed']);
const privateKey = secret(
  z
    .string()
    .min(1)
    .max(16_384)
    .regex(/^[\t\n\r\u0020-\u00ff]+$/),
);
const samlProviderArn = z.string().min(20).max(2048);
const keyId = z
  .string()
  .min(22)
  .max(64)
  .regex(/^[A-Z0-9]+$/);

/** Source: IAM API reference, CreateSAMLProvider. */
export const createSamlProviderInput = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(128)
    .regex(/^[\w._-]+$/),
  samlMetadataDocument: metadataDocument,
  assertionEncryptionMode: encryptionMode.optional(),
  addPrivateKey: privateKey.optional(),
  tags: tagList.optional(),
});
export const createSamlProviderOutput = z.object({ samlProviderArn: z.string(), tags: z.array(tag).optional() });
export const samlProviderInput = z.strictObject({ samlProviderArn });
export const getSamlProviderOutput = z.object({
  samlProviderUuid: z.string(),
  samlMetadataDocument: z.string(),
  createDate: z.date(),
  validUntil: z.date(),
  tags: z.array(tag),
  assertionEncryptionMode: encryptionMode,
  privateKeyList: z.array(z.object({ keyId: z.string(), timestamp: z.date() }).meta({ id: 'SamlPrivateKey' })),
});
export const listSamlProvidersInput = z.strictObject({});
export const listSamlProvidersOutput = z.object({
  samlProviderList: z.array(
    z.object({ arn: z.string(), validUntil: z.date(), createDate: z.date() }).meta({ id: 'SamlProviderListEntry' }),
  ),
});
export const updateSamlProviderInput = z.strictObject({
  samlProviderArn,
  samlMetadataDocument: metadataDocument.optional(),
  assertionEncryptionMode: encryptionMode.optional(),
  addPrivateKey: privateKey.optional(),
  removePrivateKey: keyId.optional(),
});
export const updateSamlProviderOutput = z.object({ samlProviderArn: z.string() });
