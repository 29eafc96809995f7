import { request as httpRequest } from 'node:http';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AccessKey } from './tenant.js';

/** A signed request of the AWS door that can be manipulated before it is sent. */
export interface RawAwsRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

/** Signs like the SDK, at a time chosen by the test. */
export async function signAwsRequest(
  baseUrl: string,
  accessKey: AccessKey,
  parameters: Record<string, string>,
  options: { signingDate?: Date; service?: string } = {},
): Promise<RawAwsRequest> {
  const { host, hostname, port } = new URL(baseUrl);
  const body = new URLSearchParams({ Version: '2010-05-08', ...parameters }).toString();
  const { service = 'iam', signingDate = new Date() } = options;
  const signer = new SignatureV4({ credentials: accessKey, region: 'us-east-1', service, sha256: Sha256 });
  const signed = await signer.sign(
    {
      method: 'POST',
      path: '/',
      protocol: 'http:',
      hostname,
      port: Number(port),
      headers: { host, 'content-type': 'application/x-www-form-urlencoded' },
      body,
    },
    { signingDate },
  );
  return { method: 'POST', path: '/', headers: signed.headers, body };
}

/** A signed request of the AWS door's JSON protocol. */
export async function signedJsonRequest(
  baseUrl: string,
  accessKey: AccessKey,
  service: string,
  target: string,
  input: object,
): Promise<RawAwsRequest> {
  const { host, hostname, port } = new URL(baseUrl);
  const body = JSON.stringify(input);
  const signer = new SignatureV4({ credentials: accessKey, region: 'us-east-1', service, sha256: Sha256 });
  const headers = { host, 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
  const request = { method: 'POST', path: '/', protocol: 'http:', hostname, port: Number(port), headers, body };
  const signed = await signer.sign(request);
  return { method: 'POST', path: '/', headers: signed.headers, body };
}

/** Sends exactly these bytes; fetch would not let a test choose the Host header. */
export function sendRaw(
  baseUrl: string,
  { method, path, headers, body }: RawAwsRequest,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(baseUrl + path, { method, headers }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
