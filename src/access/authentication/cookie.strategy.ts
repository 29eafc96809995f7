import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../../kernel/clock/clock.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { Settings } from '../../kernel/config/settings.js';
import { parseRowToken } from '../../kernel/secrets/row-token.js';
import type { Caller } from '../actions/caller.js';
import type { Attempt, AuthenticationStrategy } from './authentication-strategy.js';
import { RequestStrategy } from './request-strategy.js';
import { cookieOf } from './cookies.js';
import { PrincipalDirectory } from '../principals/principal-directory.service.js';
import { isRevoked } from '../principals/principal-record.js';
import { SessionDirectory } from '../principals/session-directory.service.js';
import { toCaller } from '../principals/to-caller.js';
import { isRead } from '../actions/action.js';
import { isFromOtherOrigin } from './request-origin.js';
import { CSRF_HEADER, csrfTokenOf, isCsrfTokenOf, sessionCookieName } from './session-cookie.js';

/** RFC 9110 §9.2.1: methods that change nothing. */
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * The HttpOnly cookie of a session, for pages of this origin. A browser sends it without asking its user, so it does
 * not prove intent: it is refused from pages of other origins, and everything except reads also requires the session's
 * CSRF token.
 *
 * INVARIANT: the AWS door does not accept cookies. Its protocols are for signed requests, and a single GET can call any
 * of its operations.
 */
@Injectable()
export class CookieStrategy extends PassportStrategy(RequestStrategy, 'cookie') implements AuthenticationStrategy {
  readonly doors = ['rest'] as const;

  private readonly cookieName: string;

  constructor(
    private readonly sessions: SessionDirectory,
    private readonly principals: PrincipalDirectory,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {
    super();
    this.cookieName = sessionCookieName(settings);
  }

  /**
   * @returns undefined if the request has no session cookie
   * @throws ApiError ExpiredToken; AccessDenied if the request does not come from a page of this origin
   */
  validate(request: FastifyRequest, attempt?: Attempt): Promise<Caller> | undefined {
    const cookie = cookieOf(request, this.cookieName);
    return cookie ? this.authenticateBy(cookie, request, attempt) : undefined;
  }

  private async authenticateBy(cookie: string, request: FastifyRequest, attempt: Attempt | undefined): Promise<Caller> {
    if (isFromOtherOrigin(request, this.settings.publicUrl)) {
      throw new ApiError('AccessDenied', 'The session cookie is accepted only from pages of this origin.');
    }
    const isSafe = SAFE_METHODS.has(request.method) && attempt !== undefined && isRead(attempt.action);
    if (!isSafe && !isCsrfTokenOf(cookie, request.headers[CSRF_HEADER])) {
      throw new ApiError(
        'AccessDenied',
        `A change that is authenticated by a cookie requires the session's CSRF token in the header ${CSRF_HEADER}.`,
      );
    }
    const caller = await this.callerOf(cookie);
    if (!caller) throw new ApiError('ExpiredToken', 'The session has ended. Sign in again.');
    return caller;
  }

  /** @returns undefined if the cookie belongs to no session or to an ended one */
  async callerOf(cookie: string): Promise<Caller | undefined> {
    const token = parseRowToken(cookie);
    const session = token && (await this.sessions.findByCookie(token, this.clock.now()));
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
