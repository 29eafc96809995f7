import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isFromOtherOrigin } from '../../access/authentication/request-origin.js';
import { csrfTokenOf, isCsrfTokenOf } from '../../access/authentication/session-cookie.js';
import { cookieOf, setCookies } from '../../access/authentication/cookies.js';
import { Settings } from '../../kernel/config/settings.js';
import type { Form } from './form.js';

const LIFETIME_SECONDS = 3600;

/**
 * Prevents other sites from submitting the page's forms, including sign-in: a form contains a token that belongs to a
 * cookie of the browser for which it was created (OWASP, Cross-Site Request Forgery Prevention, signed double submit).
 */
@Injectable()
export class FormGuard {
  private readonly cookieName: string;

  constructor(private readonly settings: Settings) {
    this.cookieName = settings.publicUrl.startsWith('https:') ? '__Host-gatehouse-form' : 'gatehouse-form';
  }

  /** @returns the token for the forms of the response */
  issue(request: FastifyRequest, reply: FastifyReply): string {
    const known = cookieOf(request, this.cookieName);
    if (known && /^[\w-]{43}$/.test(known)) return csrfTokenOf(known);
    const value = randomBytes(32).toString('base64url');
    setCookies(reply, [{ name: this.cookieName, value, maxAgeSeconds: LIFETIME_SECONDS, sameSite: 'lax' }]);
    return csrfTokenOf(value);
  }

  /** Whether `issue` created the form's token for this browser, and a page of this origin submits it. */
  admits(request: FastifyRequest, form: Form): boolean {
    if (isFromOtherOrigin(request, this.settings.publicUrl)) return false;
    const cookie = cookieOf(request, this.cookieName);
    return cookie !== undefined && isCsrfTokenOf(cookie, form['csrfToken']);
  }
}
