import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { ApiError } from '../../kernel/errors/errors.js';
import { bodyHash, canonicalRequest, sha256Hex } from './canonical-request.js';
import type { SignedRequest, WireRequest } from './signed-request.js';

/** Maximum clock difference in minutes. Source: IAM User Guide, "Troubleshoot Signature Version 4". */
const TOLERANCE_MINUTES = 15;

/** Headers about the client or the connection; a proxy may change them, so they need not be signed. */
const EXEMPT_AMZ_HEADERS = new Set(['x-amz-user-agent', 'x-amzn-trace-id']);

/** Source: IAM User Guide, "Create a signed AWS API request", step 4: derive a signing key. */
export function deriveSigningKey(secretAccessKey: string, date: string, region: string, service: string): KeyObject {
  const key = [date, region, service, 'aws4_request'].reduce<Buffer>(
    (derived, part) => hmac(derived, part),
    Buffer.from(`AWS4${secretAccessKey}`),
  );
  return createSecretKey(key);
}

/** The requirements for a signature. */
export interface ExpectedSignature {
  readonly now: Date;
  /** The services that the signature may be for. */
  readonly services: readonly string[];
  /**
   * Whether X-Amz-Expires limits the validity of a presigned request, as for S3. For IAM and STS it does not: presigned
   * requests are valid for 15 minutes. kubectl keeps a token that was signed for 60 seconds for 14 minutes.
   */
  readonly honoursExpires?: boolean;
}

/**
 * @param signingKey from `deriveSigningKey` for the scope of the signature
 * @throws ApiError SignatureDoesNotMatch, RequestExpired
 */
export function verifySignature(
  signed: SignedRequest,
  request: WireRequest,
  signingKey: KeyObject,
  expected: ExpectedSignature,
): void {
  requireScope(signed, expected.services);
  requireTime(signed, expected);
  requireSignedHeaders(signed);
  const body = bodyHash(request);
  requireBody(signed, body);
  const scope = `${signed.date}/${signed.region}/${signed.service}/aws4_request`;
  const hash = sha256Hex(canonicalRequest(signed, request, body));
  const calculated = hmac(signingKey, ['AWS4-HMAC-SHA256', signed.timestamp, scope, hash].join('\n'));
  if (!timingSafeEqual(calculated, Buffer.from(signed.signature, 'hex'))) {
    throw mismatch(
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    );
  }
}

function requireScope({ service, date, timestamp }: SignedRequest, services: readonly string[]): void {
  if (!services.includes(service)) {
    throw mismatch(`Credential should be scoped to correct service: '${services.join("' or '")}'.`);
  }
  if (!timestamp.startsWith(date)) {
    throw mismatch(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date}' != '${timestamp.slice(0, 8)}'.`,
    );
  }
}

function requireTime({ timestamp, expires }: SignedRequest, { now, honoursExpires }: ExpectedSignature): void {
  const signedAt = toTime(timestamp);
  const tolerance = TOLERANCE_MINUTES * 60_000;
  if (signedAt > now.getTime() + tolerance) {
    const latest = toTimestamp(now.getTime() + tolerance);
    throw mismatch(
      `Signature not yet current: ${timestamp} is still later than ${latest} (${toTimestamp(now.getTime())} + ${TOLERANCE_MINUTES} min.)`,
    );
  }
  if (honoursExpires && expires !== undefined) {
    if (now.getTime() > signedAt + expires * 1000) throw new ApiError('RequestExpired', 'Request has expired.');
    return;
  }
  if (signedAt < now.getTime() - tolerance) {
    const earliest = toTimestamp(now.getTime() - tolerance);
    throw mismatch(
      `Signature expired: ${timestamp} is now earlier than ${earliest} (${toTimestamp(now.getTime())} - ${TOLERANCE_MINUTES} min.)`,
    );
  }
}

/** Unsigned parts can be changed in transit: the host and all `x-amz-` headers must be signed. */
function requireSignedHeaders({ form, headers, signedHeaders }: SignedRequest): void {
  for (const name of headers.keys()) {
    if (name.startsWith('x-amz-') && !EXEMPT_AMZ_HEADERS.has(name)) requireSigned(signedHeaders, name);
  }
  requireSigned(signedHeaders, 'host');
  if (form === 'header' && !headers.has('x-amz-date')) requireSigned(signedHeaders, 'date');
}

function requireSigned(signedHeaders: readonly string[], name: string): void {
  if (signedHeaders.includes(name)) return;
  throw mismatch(`'${name.slice(0, 128)}' must be a 'SignedHeader' in the AWS Authorization.`);
}

/** The signature covers the hash of the body. If the client also sends the hash, it must match. */
function requireBody({ headers }: SignedRequest, computed: string): void {
  const stated = headers.get('x-amz-content-sha256');
  if (stated !== undefined && stated !== computed) {
    throw mismatch("The provided 'x-amz-content-sha256' header does not match what was computed.");
  }
}

function hmac(key: Buffer | KeyObject, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** @param timestamp `20150830T123600Z` */
function toTime(timestamp: string): number {
  const part = (start: number, length = 2) => timestamp.slice(start, start + length);
  const time = Date.parse(`${part(0, 4)}-${part(4)}-${part(6)}T${part(9)}:${part(11)}:${part(13)}Z`);
  if (Number.isNaN(time)) throw new ApiError('IncompleteSignature', 'The date of the signature does not exist.');
  return time;
}

function toTimestamp(time: number): string {
  return `${new Date(time).toISOString().replace(/[-:]/g, '').slice(0, 15)}Z`;
}

function mismatch(message: string): ApiError {
  return new ApiError('SignatureDoesNotMatch', message);
}
