import type { FastifyRequest } from 'fastify';

/** A page of this server, or a direct action of the user: a typed address, a bookmark. */
const OWN_SITES = new Set(['same-origin', 'none']);

/**
 * Whether a browser sends the request for a page of another origin: another site, another host name of the same site,
 * or another port. False for programs that are not browsers.
 *
 * Source: W3C "Fetch Metadata Request Headers"; OWASP Cross-Site Request Forgery Prevention Cheat Sheet, "Fetch
 * Metadata headers". Browsers omit `Sec-Fetch-Site` over untrusted transports: plain HTTP to another machine. In that
 * case the Origin header decides, which browsers send with everything except plain links and images.
 *
 * @param publicUrl of this server, for proxies that replace the Host header
 */
export function isFromOtherOrigin({ headers }: FastifyRequest, publicUrl: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return typeof site !== 'string' || !OWN_SITES.has(site);
  const { origin } = headers;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || (new URL(origin).host !== headers.host && origin !== new URL(publicUrl).origin);
}
