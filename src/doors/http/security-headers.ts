import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import helmet from 'helmet';
import type { Settings } from '../../kernel/config/settings.js';

type Headers = Readonly<Record<string, string>>;

/**
 * Headers of responses without a page: not to be cached, and not to be interpreted as anything else.
 *
 * Source: OWASP REST Security Cheat Sheet, "Security Headers".
 */
const API_HEADERS: Headers = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
};

/** Sets headers that tell browsers what they may do with a response; a handler may replace them. */
export function setSecurityHeaders(server: FastifyInstance, settings: Settings): void {
  const pageHeaders = headersOfPages(settings);
  server.addHook('onRequest', ({ url }, reply, done) => {
    const isApi = url === '/' || url.startsWith('/v1/') || url.startsWith('/access/v1/');
    reply.headers(isApi ? API_HEADERS : pageHeaders);
    done();
  });
}

/** Helmet's headers, which are always the same, so they are computed once and not per request. */
function headersOfPages(settings: Settings): Headers {
  const request = new IncomingMessage(new Socket());
  const answer = new ServerResponse(request);
  const setThem = helmet({ contentSecurityPolicy: { directives: contentSecurityPolicy(settings) } });
  setThem(request, answer, () => undefined);
  const headers = Object.entries(answer.getHeaders()).map(([name, value]) => [name, String(value)]);
  return { 'cache-control': 'no-store', ...(Object.fromEntries(headers) as Headers) };
}

/** The API page needs its own inline script; nothing is loaded from other hosts. */
function contentSecurityPolicy(settings: Settings) {
  return {
    defaultSrc: ["'self'"],
    scriptSrc: ["'self'", "'unsafe-inline'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    frameAncestors: ["'none'"],
    upgradeInsecureRequests: settings.publicUrl.startsWith('https:') ? [] : null,
  };
}
