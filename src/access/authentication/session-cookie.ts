import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Settings } from '../../kernel/config/settings.js';
import { ApiError } from '../../kernel/errors/errors.js';
import type { AnswerCookie, RequestFacts } from '../actions/request-facts.js';

/** The header in which a page returns the token of `csrfTokenOf`. */
export const CSRF_HEADER = 'x-csrf-token';

type Site = Pick<Settings, 'publicUrl' | 'sessionSeconds'>;

/** With this prefix, browsers refuse a cookie that another host or plain HTTP tries to set (RFC 6265bis §4.1.3.2). */
export function sessionCookieName({ publicUrl }: Pick<Settings, 'publicUrl'>): string {
  return publicUrl.startsWith('https:') ? '__Host-gatehouse-session' : 'gatehouse-session';
}

/** @param value a row token; undefined removes the cookie */
export function sessionCookie(site: Site, value: string | undefined): AnswerCookie {
  const maxAgeSeconds = value === undefined ? 0 : site.sessionSeconds;
  return { name: sessionCookieName(site), value: value ?? '', maxAgeSeconds, sameSite: 'strict' };
}

/**
 * The cookies of the response, for sign-ins that end with one.
 *
 * @throws ApiError AccessDenied for a page of another origin, which could sign the browser in as somebody else (login
 *   CSRF: OWASP Cross-Site Request Forgery Prevention Cheat Sheet)
 */
export function answerCookiesOf({ answerCookies }: RequestFacts): AnswerCookie[] {
  if (answerCookies) return answerCookies;
  throw new ApiError('AccessDenied', 'Only pages of this origin can sign in with a cookie.');
}

/**
 * A value that a page of another site cannot know, although the browser sends the cookie for it: it is derived from the
 * cookie, which scripts cannot read, and is given only to the signed-in page.
 */
export function csrfTokenOf(cookie: string): string {
  return createHmac('sha256', cookie).update('gatehouse csrf token').digest('base64url');
}

export function isCsrfTokenOf(cookie: string, token: unknown): boolean {
  const expected = Buffer.from(csrfTokenOf(cookie));
  const given = Buffer.from(typeof token === 'string' ? token : '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
