import { ApiError } from '../../kernel/errors/errors.js';

/** A request as it was received: nothing is decoded or normalized. */
export interface WireRequest {
  readonly method: string;
  /** Path and query exactly as received. */
  readonly url: string;
  /** Alternating names and values, like Node's `rawHeaders`. */
  readonly rawHeaders: readonly string[];
  /** The bytes of the body; or, if somebody else received them, their SHA-256 in lowercase hexadecimal. */
  readonly body: Uint8Array | { readonly sha256: string };
}

/** The parts of a signature in the Authorization header or the query string. */
export interface SignedRequest {
  readonly form: 'header' | 'query';
  readonly accessKeyId: string;
  /** YYYYMMDD, from the credential scope. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  /** All headers by lowercase name, in canonical form: without extra spaces, repeated ones joined with commas. */
  readonly headers: ReadonlyMap<string, string>;
  /** Lowercase, in the given order. */
  readonly signedHeaders: readonly string[];
  /** 64 lowercase hexadecimal digits. */
  readonly signature: string;
  /** `20150830T123600Z` */
  readonly timestamp: string;
  /** Only in the query, if present: the validity period in seconds. */
  readonly expires?: number;
  readonly sessionToken?: string;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const MAXIMUM_HEADER_LENGTH = 8192;
const MAXIMUM_SIGNED_HEADERS = 64;
/** Seven days: IAM User Guide, "AWS API request authentication", X-Amz-Expires. */
const MAXIMUM_EXPIRES = 604_800;

/**
 * @returns undefined if the request has no Signature Version 4
 * @throws ApiError IncompleteSignature if a part of it is missing
 */
export function parseSignedRequest(request: WireRequest): SignedRequest | undefined {
  const authorization = firstHeader(request, 'authorization');
  if (authorization?.startsWith(ALGORITHM)) return fromHeader(headersByName(request), authorization);
  if (!request.url.includes('?')) return undefined;
  const query = new URLSearchParams(queryOf(request.url));
  return query.get('X-Amz-Algorithm') === ALGORITHM ? fromQuery(headersByName(request), query) : undefined;
}

export function queryOf(url: string): string {
  const mark = url.indexOf('?');
  return mark === -1 ? '' : url.slice(mark + 1);
}

function firstHeader({ rawHeaders }: WireRequest, name: string): string | undefined {
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]!.toLowerCase() === name) return rawHeaders[index + 1];
  }
  return undefined;
}

function headersByName({ rawHeaders }: WireRequest): Map<string, string> {
  const headers = new Map<string, string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!.toLowerCase();
    const value = withoutExtraSpaces(rawHeaders[index + 1]!);
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return headers;
}

function withoutExtraSpaces(value: string): string {
  const trimmed = value.trim();
  return trimmed.includes('  ') ? trimmed.replace(/ +/g, ' ') : trimmed;
}

function fromHeader(headers: ReadonlyMap<string, string>, authorization: string): SignedRequest {
  if (authorization.length > MAXIMUM_HEADER_LENGTH) throw incomplete('Authorization header is too long.');
  const parameters = new Map<string, string>();
  for (const part of authorization.slice(ALGORITHM.length).split(',')) {
    const [name, value] = splitOnce(part.trim(), '=');
    if (parameters.has(name)) throw incomplete(`Authorization header has parameter '${name.slice(0, 32)}' twice.`);
    parameters.set(name, value);
  }
  const missing = ['Credential', 'Signature', 'SignedHeaders'].filter((name) => !parameters.get(name));
  if (missing.length > 0) {
    throw incomplete(missing.map((name) => `Authorization header requires '${name}' parameter.`).join(' '));
  }
  const timestamp = headers.get('x-amz-date') ?? toTimestamp(headers.get('date'));
  if (timestamp === undefined) {
    throw incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  }
  const sessionToken = headers.get('x-amz-security-token');
  return {
    form: 'header',
    headers,
    ...parseCredential(parameters.get('Credential')!),
    signedHeaders: parseSignedHeaders(parameters.get('SignedHeaders')!),
    signature: parseSignature(parameters.get('Signature')!),
    timestamp: parseTimestamp(timestamp),
    ...(sessionToken === undefined ? {} : { sessionToken }),
  };
}

function fromQuery(headers: ReadonlyMap<string, string>, query: URLSearchParams): SignedRequest {
  const names = ['X-Amz-Credential', 'X-Amz-Date', 'X-Amz-SignedHeaders', 'X-Amz-Signature'] as const;
  for (const name of names) {
    if (query.getAll(name).length !== 1) throw incomplete(`AWS query-string parameters must include '${name}' once.`);
  }
  const [credential, timestamp, signedHeaders, signature] = names.map((name) => query.get(name)!);
  const expires = parseExpires(query.getAll('X-Amz-Expires'));
  const sessionToken = query.get('X-Amz-Security-Token');
  return {
    form: 'query',
    headers,
    ...parseCredential(credential!),
    signedHeaders: parseSignedHeaders(signedHeaders!),
    signature: parseSignature(signature!),
    timestamp: parseTimestamp(timestamp!),
    ...(expires === undefined ? {} : { expires }),
    ...(sessionToken === null ? {} : { sessionToken }),
  };
}

/** The SDK for Go omits it. */
function parseExpires([text, ...others]: readonly string[]): number | undefined {
  if (text === undefined) return undefined;
  const expires = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (others.length > 0 || expires < 1 || expires > MAXIMUM_EXPIRES) {
    throw incomplete(`X-Amz-Expires must be between 1 and ${MAXIMUM_EXPIRES} seconds.`);
  }
  return expires;
}

function parseCredential(credential: string) {
  const parts = credential.split('/');
  const [accessKeyId, date, region, service, terminator] = parts;
  if (parts.length !== 5 || !accessKeyId || !region || !service || terminator !== 'aws4_request') {
    throw incomplete('Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.');
  }
  if (!/^\d{8}$/.test(date!)) throw incomplete('Date in Credential scope must be like 20150830.');
  if (!/^[\w-]{1,64}$/.test(region) || !/^[\w-]{1,64}$/.test(service) || !/^\w{1,128}$/.test(accessKeyId)) {
    throw incomplete('Credential contains an invalid element.');
  }
  return { accessKeyId, date: date!, region, service };
}

function parseSignedHeaders(text: string): string[] {
  const names = text.split(';');
  if (names.length > MAXIMUM_SIGNED_HEADERS) throw incomplete('SignedHeaders names too many headers.');
  if (!names.every((name) => /^[!#$%&'*+.^_`|~0-9a-z-]{1,128}$/.test(name))) {
    throw incomplete('SignedHeaders must be lower-case header names separated by semicolons.');
  }
  return names;
}

function parseSignature(text: string): string {
  if (!/^[0-9a-f]{64}$/.test(text)) throw incomplete('Signature must be 64 lower-case hexadecimal digits.');
  return text;
}

function parseTimestamp(text: string): string {
  if (/^\d{8}T\d{6}Z$/.test(text)) return text;
  throw incomplete("Date must be in ISO-8601 'basic format', e.g. 20150830T123600Z.");
}

/** The HTTP date of the Date header (RFC 9110 §5.6.7), or ISO 8601 basic format. */
function toTimestamp(date: string | undefined): string | undefined {
  if (date === undefined || /^\d{8}T\d{6}Z$/.test(date)) return date;
  const time = Date.parse(date);
  return Number.isNaN(time) ? undefined : `${new Date(time).toISOString().replace(/[-:]/g, '').slice(0, 15)}Z`;
}

function splitOnce(text: string, separator: string): [string, string] {
  const index = text.indexOf(separator);
  return index === -1 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)];
}

function incomplete(message: string): ApiError {
  return new ApiError('IncompleteSignature', message);
}
