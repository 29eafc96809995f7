import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CookieStrategy } from '../../access/authentication/cookie.strategy.js';
import { sessionCookieName } from '../../access/authentication/session-cookie.js';
import { cookieOf } from '../../access/authentication/cookies.js';
import { Settings } from '../../kernel/config/settings.js';
import { sendPage } from './send-page.js';
import { forwardView } from './views.js';

/** Redirects people who open the server's URL, or a link to it. */
@Injectable()
export class LandingPage {
  private readonly cookieName: string;

  constructor(
    private readonly cookies: CookieStrategy,
    settings: Settings,
  ) {
    this.cookieName = sessionCookieName(settings);
  }

  /** Redirects to the page of the session, or to the sign-in page if there is none. */
  async show(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const cookie = cookieOf(request, this.cookieName);
    const isSignedIn = cookie !== undefined && (await this.cookies.callerOf(cookie)) !== undefined;
    return reply.redirect(isSignedIn || isLinkFromOtherSite(request) ? '/signed-in' : '/sign-in', 302);
  }

  /**
   * A link from another site does not carry the session cookie, which is SameSite=Strict. The page that this sends
   * loads the same URL again; that request comes from this origin and carries the cookie.
   *
   * @param address of the requested page
   * @returns false if the request carries all cookies
   */
  sendAgain(request: FastifyRequest, reply: FastifyReply, address: string): boolean {
    if (!isLinkFromOtherSite(request) || cookieOf(request, this.cookieName) !== undefined) return false;
    sendPage(reply, forwardView(address));
    return true;
  }
}

function isLinkFromOtherSite({ headers }: FastifyRequest): boolean {
  return headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] === 'navigate';
}
