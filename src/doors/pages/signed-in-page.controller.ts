import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CookieStrategy } from '../../access/authentication/cookie.strategy.js';
import {
  csrfTokenOf,
  isCsrfTokenOf,
  sessionCookie,
  sessionCookieName,
} from '../../access/authentication/session-cookie.js';
import { isFromOtherOrigin } from '../../access/authentication/request-origin.js';
import type { Caller } from '../../access/actions/caller.js';
import { Public } from '../../access/actions/public.decorator.js';
import { cookieOf, setCookies } from '../../access/authentication/cookies.js';
import { Clock } from '../../kernel/clock/clock.js';
import { Settings } from '../../kernel/config/settings.js';
import { Database } from '../../kernel/database/database.service.js';
import { PolicyEpochs } from '../../kernel/database/policy-epochs.js';
import { endSessions } from '../../iam/resources/end-sessions.js';
import { PasswordPoliciesService } from '../../iam/password-policy/password-policies.service.js';
import { SessionsService } from '../../sign-in/sessions/sessions.service.js';
import { readForm } from './form.js';
import { LandingPage } from './landing-page.service.js';
import { sendPage } from './send-page.js';
import { signedInView } from './views.js';

/** How long before its expiry the page warns about a password. */
const WARNED_MILLISECONDS = 15 * 86_400_000;

/** The page after sign-in: it shows who is signed in, and the sign-out button. */
@Public()
@Controller()
export class SignedInPageController {
  private readonly cookieName: string;

  constructor(
    private readonly cookies: CookieStrategy,
    private readonly sessions: SessionsService,
    private readonly passwordPolicies: PasswordPoliciesService,
    private readonly epochs: PolicyEpochs,
    private readonly database: Database,
    private readonly landing: LandingPage,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {
    this.cookieName = sessionCookieName(settings);
  }

  @Get('/signed-in')
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const cookie = cookieOf(request, this.cookieName) ?? '';
    const caller = await this.cookies.callerOf(cookie);
    if (!caller) {
      if (!this.landing.sendAgain(request, reply, '/signed-in')) void reply.redirect('/sign-in', 303);
      return;
    }
    const passwordExpiresAt = await this.nearExpiry(caller);
    const { arn, accountId, userName: name = 'the root user', session } = caller;
    const hasMfa = session.mfaAuthenticatedAt !== undefined;
    const view = { csrfToken: csrfTokenOf(cookie), arn, accountId, name, hasMfa };
    sendPage(reply, signedInView({ ...view, ...(passwordExpiresAt ? { passwordExpiresAt } : {}) }));
  }

  @Post('/signed-in')
  async signOut(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const cookie = cookieOf(request, this.cookieName) ?? '';
    const form = readForm(request);
    const isMeant = !isFromOtherOrigin(request, this.settings.publicUrl) && isCsrfTokenOf(cookie, form['csrfToken']);
    const caller = isMeant ? await this.cookies.callerOf(cookie) : undefined;
    if (!caller) return void reply.redirect('/signed-in', 303);
    const { accountId, principalId, session } = caller;
    await this.database.forAccount(accountId, async (tx) => {
      if (form['what'] === 'all') {
        await endSessions(tx, accountId, principalId, this.clock.now());
        await this.epochs.advance(tx, accountId);
      } else await this.sessions.end(tx, accountId, session.sessionId!);
    });
    setCookies(reply, [sessionCookie(this.settings, undefined)]);
    void reply.redirect('/sign-in', 303);
  }

  private nearExpiry({ accountId, identityId: userId }: Caller): Promise<Date | undefined> {
    return this.database.forAccount(accountId, async (tx) => {
      if (userId === undefined) return undefined;
      const profile = await tx.loginProfile.findUnique({ where: { accountId_userId: { accountId, userId } } });
      const expiry = profile && (await this.passwordPolicies.expiryOf(tx, accountId, profile.passwordSetAt));
      return expiry && expiry.at.getTime() - this.clock.now().getTime() < WARNED_MILLISECONDS ? expiry.at : undefined;
    });
  }
}
