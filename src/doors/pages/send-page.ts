import type { FastifyReply } from 'fastify';

/** No inline scripts, no content of other hosts, no frames, no forms to other hosts. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export function sendPage(reply: FastifyReply, page: string, status = 200): void {
  void reply
    .status(status)
    .header('content-type', 'text/html; charset=utf-8')
    .header('content-security-policy', CONTENT_SECURITY_POLICY)
    // Not `no-referrer`: browsers would then submit the pages' own forms with `Origin: null` (Fetch standard, "append a
    // request `Origin` header").
    .header('referrer-policy', 'same-origin')
    .send(page);
}
