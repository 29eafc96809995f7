import { z } from 'zod';
import { matching } from './errors/validation.js';

/** The kind of policy, for the example on the API page. */
export type PolicyKind = 'identity' | 'trust' | 'resource';

/** The encoding of a document in AWS's protocols: unchanged, or percent-encoded (RFC 3986). */
export type PolicyEncoding = 'plain' | 'percent';

/**
 * Source: parameter constraints of every operation of IAM and STS that takes a policy. Other characters must be escaped
 * as `\u20ac`.
 */
const CHARACTERS = /^[\t\n\r\u0020-\u00ff]*$/;

interface PolicyMarker {
  readonly policyDocument: PolicyEncoding;
  readonly policyKind: PolicyKind;
}

declare module 'zod' {
  interface GlobalMeta {
    policyDocument?: PolicyEncoding;
    policyKind?: PolicyKind;
  }
}

/**
 * The text of a policy; the policy engine validates its content. In REST it is a JSON object, and requests may also
 * contain text (`rest/policy-documents.ts`). AWS's protocols have only text.
 *
 * @param maximum characters
 * @param parameter its name in messages
 */
export function policyDocument(
  kind: PolicyKind = 'identity',
  maximum = 131_072,
  parameter = 'policyDocument',
): z.ZodString {
  const message = `The specified value for ${parameter} is invalid. It must contain only printable ASCII characters.`;
  const text = matching(z.string().min(1).max(maximum), CHARACTERS, message);
  return marked(text, { policyDocument: 'plain', policyKind: kind });
}

/** A member of an output. AWS percent-encodes the documents of its own operations. */
export function policyDocumentOutput(encoding: PolicyEncoding, kind: PolicyKind = 'identity'): z.ZodString {
  return marked(z.string(), { policyDocument: encoding, policyKind: kind });
}

/** @returns undefined for all other schemas */
export function policyMarkerOf(schema: z.ZodType): PolicyMarker | undefined {
  const { policyDocument, policyKind } = schema.meta() ?? {};
  return policyDocument && policyKind ? { policyDocument, policyKind } : undefined;
}

/** INVARIANT: the last step of building a schema. Zod registers this particular instance. */
function marked(schema: z.ZodString, marker: PolicyMarker): z.ZodString {
  return schema.meta({ ...marker });
}
