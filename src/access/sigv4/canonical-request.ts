import { hash } from 'node:crypto';
import { ApiError } from '../../kernel/errors/errors.js';
import { queryOf, type SignedRequest, type WireRequest } from './signed-request.js';

const MAXIMUM_QUERY_PARAMETERS = 1000;

/**
 * The canonical form of the request, which both sides hash. Source: IAM User Guide, "Create a signed AWS API request",
 * step 1.
 *
 * @param hashOfBody from `bodyHash`
 * @throws ApiError SignatureDoesNotMatch if a signed header is missing; ValidationError for an excessive query
 */
export function canonicalRequest(signed: SignedRequest, request: WireRequest, hashOfBody: string): string {
  return [
    request.method.toUpperCase(),
    canonicalPath(request.url.split('?', 1)[0]!),
    canonicalQuery(queryOf(request.url)),
    ...signed.signedHeaders.map((name) => canonicalHeader(signed, name)),
    '',
    signed.signedHeaders.join(';'),
    hashOfBody,
  ].join('\n');
}

export function sha256Hex(data: Uint8Array | string): string {
  return hash('sha256', data, 'hex');
}

/** SHA-256 of the body, lowercase hexadecimal. */
export function bodyHash({ body }: WireRequest): string {
  return body instanceof Uint8Array ? sha256Hex(body) : body.sha256;
}

/**
 * Removes dot segments and empty segments (RFC 3986 §5.2.4), and encodes each segment a second time, as for all
 * services except S3.
 */
function canonicalPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  const trailing = segments.length > 0 && path.endsWith('/') ? '/' : '';
  return `/${segments.map(encode).join('/')}${trailing}`;
}

/** Decoded, encoded as in RFC 3986, and sorted by name, then value, in code units. The signature itself is omitted. */
function canonicalQuery(query: string): string {
  if (query === '') return '';
  const parts = query.split('&');
  if (parts.length > MAXIMUM_QUERY_PARAMETERS) throw new ApiError('ValidationError', 'Too many query parameters.');
  return parts
    .filter((part) => part !== '')
    .map((part) => {
      const [name = '', ...value] = part.split('=');
      return [encode(decode(name)), encode(decode(value.join('=')))] as const;
    })
    .filter(([name]) => name !== 'X-Amz-Signature')
    .sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function canonicalHeader({ headers }: SignedRequest, name: string): string {
  const value = headers.get(name);
  if (value !== undefined) return `${name}:${value}`;
  throw new ApiError('SignatureDoesNotMatch', `The signed header '${name}' is not in the request.`);
}

/**
 * Like the router and the forms (URL standard, application/x-www-form-urlencoded): `+` is a space, `%2B` is a plus.
 * Malformed escapes are left unchanged; the doors refuse them.
 */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** RFC 3986: encodes everything except unreserved characters. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
