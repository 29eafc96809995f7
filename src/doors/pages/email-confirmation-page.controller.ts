import { Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../access/actions/public.decorator.js';
import { requestFacts } from '../rest/request-facts.js';
import { Clock } from '../../kernel/clock/clock.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { ConfirmEmailService } from '../../sign-in/root-user/confirm-email.service.js';
import { confirmEmailView } from './confirm-email-view.js';
import { FormGuard } from './form-guard.service.js';
import { readForm } from './form.js';
import { PageOperations } from './page-operations.service.js';
import { sendPage } from './send-page.js';
import { noteView } from './views.js';

/** The page behind the link of a confirmation mail. Opening it changes nothing; the button does. */
@Public()
@Controller()
export class EmailConfirmationPageController {
  constructor(
    private readonly confirmEmails: ConfirmEmailService,
    private readonly operations: PageOperations,
    private readonly guard: FormGuard,
    private readonly clock: Clock,
  ) {}

  @Get('/email-confirmation')
  async show(
    @Query('token') token: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.showForm(typeof token === 'string' ? token : '', undefined, request, reply);
  }

  @Post('/email-confirmation')
  async confirm(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const form = readForm(request);
    const { token = '' } = form;
    if (!this.guard.admits(request, form)) return this.showForm(token, 'Please try again.', request, reply);
    try {
      await this.operations.run('gatehouse:ConfirmEmail', { token }, request);
    } catch (error) {
      return refuse(error, reply);
    }
    sendPage(reply, noteView('Email address confirmed', 'You can now sign in with this email address.'));
  }

  private async showForm(
    token: string,
    error: string | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    try {
      const pending = await this.confirmEmails.describe(token, requestFacts(request, this.clock.now()));
      const facts = { csrfToken: this.guard.issue(request, reply), ...(error === undefined ? {} : { error }) };
      sendPage(reply, confirmEmailView(facts, token, pending), error === undefined ? 200 : 400);
    } catch (thrown) {
      refuse(thrown, reply);
    }
  }
}

function refuse(error: unknown, reply: FastifyReply): void {
  if (!(error instanceof ApiError)) throw error;
  sendPage(reply, noteView('Link not valid', error.message), error.restStatus);
}
