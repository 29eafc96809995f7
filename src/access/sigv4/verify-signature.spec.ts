import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import * as fc from 'fast-check';
import { ApiError } from '../../kernel/errors/errors.js';
import { deriveSigningKey, parseSignedRequest, verifySignature, type WireRequest } from './index.js';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const signedAt = new Date('2015-08-30T12:36:00Z');

/** @throws ApiError like the server */
function verify(request: WireRequest, now = signedAt, services = ['iam', 'service'], honoursExpires = false): void {
  const signed = parseSignedRequest(request);
  if (!signed) throw new Error('not signed');
  const key = deriveSigningKey(credentials.secretAccessKey, signed.date, signed.region, signed.service);
  verifySignature(signed, request, key, { now, services, honoursExpires });
}

function outcome(request: WireRequest, now?: Date, services?: string[], honoursExpires?: boolean): string {
  try {
    verify(request, now, services, honoursExpires);
    return 'verified';
  } catch (error) {
    if (error instanceof ApiError) return error.code;
    throw error;
  }
}

function messageOf(request: WireRequest, now?: Date, services?: string[]): string {
  try {
    verify(request, now, services);
  } catch (error) {
    return (error as ApiError).message;
  }
  throw new Error('verified');
}

describe("AWS's published examples", () => {
  const scoped = 'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request';
  const example = (
    method: string,
    url: string,
    headers: [string, string][],
    signedHeaders: string,
    signature: string,
  ) => ({
    method,
    url,
    rawHeaders: [
      ['Host', 'example.amazonaws.com'],
      ['X-Amz-Date', '20150830T123600Z'],
      ...headers,
      ['Authorization', `${scoped}, SignedHeaders=${signedHeaders}, Signature=${signature}`],
    ].flat(),
    body: new Uint8Array(),
  });

  it('signs ListUsers as the IAM User Guide shows it', () => {
    const request = {
      method: 'GET',
      url: '/?Action=ListUsers&Version=2010-05-08',
      rawHeaders: [
        ...['Content-Type', 'application/x-www-form-urlencoded; charset=utf-8', 'Host', 'iam.amazonaws.com'],
        ...['X-Amz-Date', '20150830T123600Z', 'Authorization'],
        'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
      ],
      body: new Uint8Array(),
    };
    expect(outcome(request)).toBe('verified');
  });

  it.each([
    ['get-vanilla', 'GET', '/', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    ['post-vanilla', 'POST', '/', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
    [
      'get-vanilla-query-order-key-case',
      'GET',
      '/?Param2=value2&Param1=value1',
      'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    ],
  ])('%s', (_, method, url, signature) => {
    expect(outcome(example(method, url, [], 'host;x-amz-date', signature))).toBe('verified');
  });
});

/** Signs with the AWS SDK's own signer. */
async function sign(
  request: { method: string; path: string; query: Record<string, string>; body: string },
  extraHeaders: Record<string, string> = {},
): Promise<WireRequest> {
  const signer = new SignatureV4({ credentials, region: 'eu-central-1', service: 'iam', sha256: Sha256 });
  const headers = { host: 'localhost:3000', 'content-type': 'application/x-www-form-urlencoded', ...extraHeaders };
  const signed = await signer.sign(
    { ...request, headers, protocol: 'http:', hostname: 'localhost', port: 3000 },
    { signingDate: signedAt },
  );
  const query = new URLSearchParams(request.query).toString().replaceAll('+', '%20');
  return {
    method: request.method,
    url: request.path + (query ? `?${query}` : ''),
    rawHeaders: Object.entries(signed.headers).flat(),
    body: Buffer.from(request.body),
  };
}

const requests = fc.record({
  method: fc.constantFrom('GET', 'POST'),
  path: fc
    .array(
      fc.stringMatching(/^[\w.~-]{1,8}$/).filter((part) => !/^\.\.?$/.test(part)),
      { maxLength: 3 },
    )
    .map((parts) => `/${parts.join('/')}`),
  query: fc.dictionary(fc.stringMatching(/^[A-Za-z][\w-]{0,8}$/), fc.string({ unit: 'grapheme', maxLength: 12 }), {
    maxKeys: 4,
  }),
  body: fc.string({ maxLength: 60 }),
});

describe("the AWS SDK's signatures", () => {
  it('verify, whatever is signed', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        expect(outcome(await sign(request))).toBe('verified');
      }),
      { numRuns: 200 },
    );
  });

  it('do not verify once anything that they cover is changed', async () => {
    const changes: ((request: WireRequest) => WireRequest)[] = [
      (request) => ({ ...request, method: request.method === 'GET' ? 'POST' : 'GET' }),
      (request) => ({ ...request, url: `/x${request.url}` }),
      (request) => ({ ...request, url: `${request.url}${request.url.includes('?') ? '&' : '?'}Extra=1` }),
      (request) => ({ ...request, body: Buffer.concat([request.body as Uint8Array, Buffer.from('x')]) }),
      (request) => withHeader(request, 'host', (value) => `${value}.evil.test`),
      (request) => withHeader(request, 'x-amz-date', () => '20150830T123601Z'),
      (request) => withHeader(request, 'authorization', (value) => value.replace('eu-central-1', 'eu-central-2')),
      (request) => withHeader(request, 'authorization', flipLastDigit),
    ];
    await fc.assert(
      fc.asyncProperty(requests, fc.constantFrom(...changes), async (request, change) => {
        expect(outcome(change(await sign(request)))).toBe('SignatureDoesNotMatch');
      }),
      { numRuns: 200 },
    );
  });
});

describe('what an attacker may try', () => {
  const request = { method: 'POST', path: '/', query: {}, body: 'Action=ListUsers&Version=2010-05-08' };

  it('replays a request after fifteen minutes', async () => {
    const signed = await sign(request);
    expect(outcome(signed, new Date('2015-08-30T12:51:00Z'))).toBe('verified');
    expect(messageOf(signed, new Date('2015-08-30T12:51:01Z'))).toBe(
      'Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T125101Z - 15 min.)',
    );
  });

  it('stores up a request from the future', async () => {
    expect(messageOf(await sign(request), new Date('2015-08-30T12:20:59Z'))).toMatch(/^Signature not yet current/);
  });

  it('adds a header that the signature does not cover', async () => {
    const signed = await sign(request);
    const added = { ...signed, rawHeaders: [...signed.rawHeaders, 'X-Amz-Security-Token', 'forged'] };
    expect(messageOf(added)).toBe("'x-amz-security-token' must be a 'SignedHeader' in the AWS Authorization.");
  });

  it('uses a signature that was made for another service', async () => {
    expect(messageOf(await sign(request), signedAt, ['sts'])).toBe(
      "Credential should be scoped to correct service: 'sts'.",
    );
  });

  it('leaves the host out of what is signed', async () => {
    const signed = withHeader(await sign(request), 'authorization', (value) => value.replace('host;', ''));
    expect(messageOf(signed)).toBe("'host' must be a 'SignedHeader' in the AWS Authorization.");
  });

  it('states a hash of another body', async () => {
    const signed = await sign(request, { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' });
    expect(messageOf(signed)).toMatch(/^The provided 'x-amz-content-sha256' header does not match/);
  });
});

describe('incomplete signatures', () => {
  const withAuthorization = (authorization: string): WireRequest => ({
    method: 'POST',
    url: '/',
    rawHeaders: ['Host', 'localhost', 'X-Amz-Date', '20150830T123600Z', 'Authorization', authorization],
    body: new Uint8Array(),
  });
  const credential = 'Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request';
  const signature = `Signature=${'0'.repeat(64)}`;

  it.each([
    ['AWS4-HMAC-SHA256', "Authorization header requires 'Credential' parameter."],
    [`AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host`, "requires 'Signature' parameter"],
    [`AWS4-HMAC-SHA256 ${credential}, ${credential}, SignedHeaders=host, ${signature}`, "parameter 'Credential' twice"],
    [`AWS4-HMAC-SHA256 Credential=AKID/iam, SignedHeaders=host, ${signature}`, 'exactly 5 slash-delimited elements'],
    [`AWS4-HMAC-SHA256 ${credential}, SignedHeaders=Host, ${signature}`, 'lower-case header names'],
    [`AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=zz`, '64 lower-case hexadecimal digits'],
    [`AWS4-HMAC-SHA256 ${'x'.repeat(9000)}`, 'too long'],
  ])('%.60s', (authorization, message) => {
    const request = withAuthorization(authorization);
    expect(() => parseSignedRequest(request)).toThrow(ApiError);
    expect(() => parseSignedRequest(request)).toThrow(message);
  });

  it('finds no signature where there is none', () => {
    expect(parseSignedRequest(withAuthorization('Bearer abc'))).toBeUndefined();
  });
});

describe('presigned requests', () => {
  const presign = async (expiresIn: number): Promise<WireRequest> => {
    const signer = new SignatureV4({ credentials, region: 'us-east-1', service: 'iam', sha256: Sha256 });
    const query = { Action: 'ListUsers', Version: '2010-05-08' };
    const target = {
      method: 'GET',
      path: '/',
      query,
      headers: { host: 'localhost' },
      protocol: 'http:',
      hostname: 'localhost',
    };
    const { query: signed } = await signer.presign(target, { expiresIn, signingDate: signedAt });
    const text = new URLSearchParams(signed as Record<string, string>).toString().replaceAll('+', '%20');
    return { method: 'GET', url: `/?${text}`, rawHeaders: ['Host', 'localhost'], body: new Uint8Array() };
  };

  it.each([60, 900, 604_800])('are good for fifteen minutes, though X-Amz-Expires says %d seconds', async (seconds) => {
    const request = await presign(seconds);
    expect(outcome(request, new Date('2015-08-30T12:51:00Z'))).toBe('verified');
    expect(messageOf(request, new Date('2015-08-30T12:51:01Z'))).toMatch(/^Signature expired: 20150830T123600Z/);
    expect(messageOf(request, new Date('2015-08-30T12:20:59Z'))).toMatch(/^Signature not yet current/);
  });

  it('are good until they expire, where a service of the platform says so', async () => {
    const request = await presign(60);
    expect(outcome(request, new Date('2015-08-30T12:37:00Z'), ['iam'], true)).toBe('verified');
    expect(outcome(request, new Date('2015-08-30T12:37:01Z'), ['iam'], true)).toBe('RequestExpired');
  });

  it('cannot be given a longer life', async () => {
    const request = await presign(60);
    expect(outcome({ ...request, url: request.url.replace('Expires=60', 'Expires=600') })).toBe(
      'SignatureDoesNotMatch',
    );
    expect(outcome({ ...request, url: request.url.replace('Expires=60', 'Expires=700000') })).toBe(
      'IncompleteSignature',
    );
  });
});

function withHeader(request: WireRequest, name: string, change: (value: string) => string): WireRequest {
  const rawHeaders = [...request.rawHeaders];
  const index = rawHeaders.findIndex((text, position) => position % 2 === 0 && text.toLowerCase() === name);
  rawHeaders[index + 1] = change(rawHeaders[index + 1]!);
  return { ...request, rawHeaders };
}

function flipLastDigit(authorization: string): string {
  return authorization.slice(0, -1) + (authorization.endsWith('0') ? '1' : '0');
}
