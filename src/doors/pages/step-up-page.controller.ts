import { Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CookieStrategy } from '../../access/authentication/cookie.strategy.js';
import { CSRF_HEADER, csrfTokenOf, sessionCookieName } from '../../access/authentication/session-cookie.js';
import type { Caller } from '../../access/actions/caller.js';
import { Public } from '../../access/actions/public.decorator.js';
import { cookieOf } from '../../access/authentication/cookies.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { Settings } from '../../kernel/config/settings.js';
import type { StepUpProgress } from '../../sign-in/step-up.service.js';
import { type Form, readForm } from './form.js';
import { PageOperations } from './page-operations.service.js';
import { LandingPage } from './landing-page.service.js';
import { choiceAgain, choiceOf, mfaAnswerOf } from './mfa-choice.js';
import { returnPath } from './return-path.js';
import { sendPage } from './send-page.js';
import { stepUpView } from './step-up-view.js';
import { mfaView } from './mfa-view.js';

/** The page at /step-up, for the session of the browser's cookie: the operations of `StepUpController`, for people. */
@Public()
@Controller()
export class StepUpPageController {
  private readonly cookieName: string;

  constructor(
    private readonly cookies: CookieStrategy,
    private readonly operations: PageOperations,
    private readonly landing: LandingPage,
    settings: Settings,
  ) {
    this.cookieName = sessionCookieName(settings);
  }

  @Get('/step-up')
  async show(@Query('to') to: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const session = await this.sessionOf(request);
    if (!session) {
      if (!this.landing.sendAgain(request, reply, request.originalUrl)) void reply.redirect('/sign-in', 303);
      return;
    }
    sendPage(reply, stepUpView({ csrfToken: session.csrfToken }, { name: nameOf(session.caller), to: returnPath(to) }));
  }

  @Post('/step-up')
  async answer(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const session = await this.sessionOf(request);
    if (!session) return void reply.redirect('/sign-in', 303);
    const form = readForm(request);
    const to = returnPath(form['to']);
    const { csrfToken } = session;
    try {
      const progress = await this.take(form, request);
      if (progress.status === 'steppedUp') return void reply.redirect(to, 303);
      sendPage(reply, mfaView({ csrfToken }, { ...choiceOf(progress), action: '/step-up', more: { to } }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const facts = { csrfToken, error: error.message };
      const again = choiceAgain(form, error);
      const view = again
        ? mfaView(facts, { ...again, action: '/step-up', more: { to } })
        : stepUpView(facts, { name: nameOf(session.caller), to });
      sendPage(reply, view, error.restStatus);
    }
  }

  /** Uses the pipeline, like REST: the token of the form is passed where a browser's script would send it. */
  private take(form: Form, request: FastifyRequest): Promise<StepUpProgress> {
    request.headers[CSRF_HEADER] = form['csrfToken'] ?? '';
    const { step, challengeToken, password } = form;
    return step === 'mfa'
      ? this.operations.run('gatehouse:StepUpWithMfa', { challengeToken, ...mfaAnswerOf(form) }, request)
      : this.operations.run('gatehouse:StepUp', { password }, request);
  }

  private async sessionOf(request: FastifyRequest): Promise<{ caller: Caller; csrfToken: string } | undefined> {
    const cookie = cookieOf(request, this.cookieName) ?? '';
    const caller = await this.cookies.callerOf(cookie);
    return caller && { caller, csrfToken: csrfTokenOf(cookie) };
  }
}

function nameOf({ userName }: Caller): string {
  return userName ?? 'the root user';
}
