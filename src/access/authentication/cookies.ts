import { parse, serialize } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AnswerCookie } from '../actions/request-facts.js';

/** @returns undefined if the request does not contain it */
export function cookieOf({ headers }: FastifyRequest, name: string): string | undefined {
  return headers.cookie === undefined ? undefined : parse(headers.cookie)[name];
}

/** The prefix requires a secure cookie (RFC 6265bis §4.1.3). */
export function setCookies(reply: FastifyReply, cookies: readonly AnswerCookie[]): void {
  for (const { name, value, sameSite, maxAgeSeconds: maxAge } of cookies) {
    const secure = name.startsWith('__Host-');
    const cookie = serialize(name, value, { httpOnly: true, sameSite, path: '/', secure, maxAge });
    // Fastify appends values of this header instead of replacing them.
    void reply.header('set-cookie', cookie);
  }
}
