import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../common/errors.js';
import { Settings } from '../../config/settings.js';
import { parseRowToken } from '../../secrets/row-token.js';
import type { Caller } from '../caller.js';
import type { AuthenticationStrategy } from './authentication-strategy.js';
import { cookieOf } from '../rest/cookies.js';
import { PrincipalDirectory } from '../principals/principal-directory.service.js';
import { isRevoked } from '../principals/principal-record.js';
import { SessionDirectory } from '../principals/session-directory.service.js';
import { toCaller } from '../principals/to-caller.js';
import { CSRF_HEADER, csrfTokenOf, isCsrfTokenOf, sessionCookieName } from './session-cookie.js';

/** RFC 9110 §9.2.1: methods that change nothing. */
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The HttpOnly cookie of a session, for dashboards; changes also need the session's CSRF token in a header. */
@Injectable()
export class CookieStrategy implements AuthenticationStrategy {
  private readonly cookieName: string;

  constructor(
    private readonly sessions: SessionDirectory,
    private readonly principals: PrincipalDirectory,
    settings: Settings,
  ) {
    this.cookieName = sessionCookieName(settings);
  }

  /**
   * @returns undefined when the request has no session cookie
   * @throws ApiError ExpiredToken, AccessDenied without the CSRF token
   */
  authenticate(request: FastifyRequest): Promise<Caller> | undefined {
    const cookie = cookieOf(request, this.cookieName);
    return cookie ? this.authenticateBy(cookie, request) : undefined;
  }

  private async authenticateBy(cookie: string, request: FastifyRequest): Promise<Caller> {
    if (!SAFE_METHODS.has(request.method) && !isCsrfTokenOf(cookie, request.headers[CSRF_HEADER])) {
      throw new ApiError('AccessDenied', `A change by cookie needs the session's CSRF token in ${CSRF_HEADER}.`);
    }
    const caller = await this.callerOf(cookie);
    if (!caller) throw new ApiError('ExpiredToken', 'The session is over. Sign in again.');
    return caller;
  }

  /** @returns undefined when the cookie is of no session, or of one that is over */
  async callerOf(cookie: string): Promise<Caller | undefined> {
    const token = parseRowToken(cookie);
    const session = token && (await this.sessions.findByCookie(token, new Date()));
    const principal = session && (await this.principals.find(token.accountId, session.principalId));
    if (!principal || isRevoked(session, principal)) return undefined;
    const { mfaAuthenticatedAt, createdAt, provedAt, expiresAt, revocations } = session;
    return toCaller(principal, {
      credential: 'cookie',
      sessionId: token.rowId,
      issuedAt: createdAt,
      provedAt,
      sessionEndsAt: expiresAt,
      revocations,
      csrfToken: csrfTokenOf(cookie),
      ...(mfaAuthenticatedAt ? { mfaAuthenticatedAt } : {}),
    });
  }
}
