import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import helmet from 'helmet';
import type { Settings } from '../../kernel/config/settings.js';

type Headers = Readonly<Record<string, string>>;

/**
 * What an answer without any page needs: to be kept by nobody, and taken by browsers for nothing else.
 *
 * Source: OWASP REST Security Cheat Sheet, "Security Headers".
 */
const API_HEADERS: Headers = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
};

/** Sets headers that say to browsers what they may do with an answer; a handler may set others in their place. */
export function setSecurityHeaders(server: FastifyInstance, settings: Settings): void {
  const pageHeaders = headersOfPages(settings);
  server.addHook('onRequest', ({ url }, reply, done) => {
    const isApi = url === '/' || url.startsWith('/v1/') || url.startsWith('/access/v1/');
    reply.headers(isApi ? API_HEADERS : pageHeaders);
    done();
  });
}

/** Helmet's, which are the same for all, so that it is asked once and not for each request. */
function headersOfPages(settings: Settings): Headers {
  const headers: Record<string, string> = { 'cache-control': 'no-store' };
  const answer = {
    setHeader: (name: string, value: string) => (headers[name.toLowerCase()] = value),
    removeHeader: () => undefined,
  } as unknown as ServerResponse;
  const setThem = helmet({ contentSecurityPolicy: { directives: contentSecurityPolicy(settings) } });
  setThem({} as IncomingMessage, answer, () => undefined);
  return headers;
}

/** The API page needs its own script inline; nothing is loaded from elsewhere. */
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
