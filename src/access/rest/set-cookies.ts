import type { FastifyReply } from 'fastify';
import type { AnswerCookie } from '../operations/operation.js';

/** Lax: other sites' forms and scripts do not carry it, links from them do. A secure name needs a secure cookie. */
export function setCookies(reply: FastifyReply, cookies: readonly AnswerCookie[]): void {
  for (const { name, value, maxAgeSeconds } of cookies) {
    const secure = name.startsWith('__Host-');
    void reply.setCookie(name, value, { httpOnly: true, sameSite: 'lax', path: '/', secure, maxAge: maxAgeSeconds });
  }
}
