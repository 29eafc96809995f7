import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import { metadataAt } from './metadata.js';
import { MetadataTokens } from './session-tokens.js';
import type { WorkloadSource } from './workload-source.js';

const TOKEN = 'x-aws-ec2-metadata-token';
const TTL = 'x-aws-ec2-metadata-token-ttl-seconds';

interface Answer {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The instance metadata service, version 2 only: nothing is returned without a token that only a PUT request gets, so a
 * page or proxy that is made to fetch a URL of an attacker's choice gets no credentials (SSRF).
 *
 * Source: EC2 User Guide, "Use the Instance Metadata Service to access instance metadata".
 */
export function metadataServer(source: WorkloadSource): Server {
  const tokens = new MetadataTokens();
  return createServer({ requestTimeout: 10_000, maxHeaderSize: 8192 }, (request, response) => {
    request.resume();
    answerTo(request, tokens, source)
      .catch((): Answer => ({ status: 503 }))
      .then((answer) => write(response, answer))
      .catch(() => response.destroy());
  });
}

async function answerTo(request: IncomingMessage, tokens: MetadataTokens, source: WorkloadSource): Promise<Answer> {
  const { method, headers } = request;
  if (isForwarded(request)) return { status: 403 };
  const path = new URL(request.url ?? '/', 'http://metadata').pathname;
  if (path === '/latest/api/token') {
    if (method !== 'PUT') return { status: 405, headers: { allow: 'PUT' } };
    const ttl = single(headers[TTL]);
    const token = tokens.issue(ttl);
    return token === undefined ? { status: 400 } : { status: 200, body: token, headers: { [TTL]: ttl! } };
  }
  if (method !== 'GET') return { status: 405, headers: { allow: 'GET' } };
  if (!tokens.isGood(single(headers[TOKEN]))) return { status: 401 };
  const body = await metadataAt(path, source);
  return body === undefined ? { status: 404 } : { status: 200, body };
}

/** The request came through a proxy, or a browser uses a host name that was made to resolve to this address. */
function isForwarded({ headers }: IncomingMessage): boolean {
  if (headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined) return true;
  const host = (headers.host ?? '').replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return isIP(host) === 0 && host !== 'localhost';
}

function single(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function write(response: ServerResponse, { status, body = '', headers = {} }: Answer): void {
  response.writeHead(status, { 'content-type': 'text/plain', 'cache-control': 'no-store', ...headers });
  response.end(body);
}
