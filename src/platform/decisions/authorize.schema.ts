import { z } from 'zod';
import { secret } from '../../operations/redact.js';
import { action, conditions, decisionContext, resource } from './evaluation.schema.js';

const headerValue = z.string().max(8192);

/** A request as a service received it, without any decoding. */
export const signedRequest = z.strictObject({
  method: z.string().regex(/^[A-Za-z]{1,32}$/, { message: 'Member must be an HTTP method' }),
  /** Path and query; the query of a presigned URL contains the signature. */
  url: secret(z.string().regex(/^\//, { message: 'Member must begin with /' }).max(16_384)),
  /** All headers, so that a header that must be signed but is not can be detected. */
  headers: secret(
    z
      .record(z.string().min(1).max(128), z.union([headerValue, z.array(headerValue).max(20)]))
      .refine((headers) => Object.keys(headers).length <= 100, { message: 'Member must have at most 100 entries' }),
  ),
  /** SHA-256 of the body as computed by the service, in lowercase hexadecimal. */
  bodySha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, { message: 'Member must be 64 lowercase hexadecimal digits' })
    .meta({ examples: ['e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'] }),
});

export const authorizeInput = z.strictObject({
  /** The asking service's name in the credential scope: a signature for another service is not valid for it. */
  service: z.string().regex(/^[\w-]{1,64}$/, { message: 'Member must be a service prefix, for example orders' }),
  request: signedRequest,
  action,
  resource,
  context: conditions.optional(),
});

export const authorizeOutput = z.object({
  decision: z.boolean(),
  /** The signer; absent if the signature is invalid. */
  principal: z
    .object({ arn: z.string(), accountId: z.string(), principalId: z.string(), accessKeyId: z.string().optional() })
    .optional(),
  context: decisionContext.optional(),
  /** Why the signature is invalid, with AWS's code, for the service to return. */
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});

export type Authorize = z.output<typeof authorizeInput>;
export type AuthorizeResult = z.input<typeof authorizeOutput>;
