import { Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../access/actions/public.decorator.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { FormGuard } from './form-guard.service.js';
import { readForm } from './form.js';
import { PageOperations } from './page-operations.service.js';
import { sendPage } from './send-page.js';
import { noteView, recoverView, recoveryView } from './views.js';

/** Password recovery for root users. */
@Public()
@Controller()
export class RecoveryPageController {
  constructor(
    private readonly operations: PageOperations,
    private readonly guard: FormGuard,
  ) {}

  @Get('/password-recovery')
  show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    sendPage(reply, recoveryView({ csrfToken: this.guard.issue(request, reply) }));
  }

  @Post('/password-recovery')
  async ask(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const form = readForm(request);
    const csrfToken = this.guard.issue(request, reply);
    if (!this.guard.admits(request, form)) return sendPage(reply, recoveryView({ csrfToken, error: TRY_AGAIN }), 400);
    try {
      await this.operations.run('gatehouse:RequestPasswordRecovery', { email: form['email'] }, request);
    } catch (error) {
      return this.refuse(error, (message) => recoveryView({ csrfToken, error: message }), reply);
    }
    sendPage(
      reply,
      noteView('Check your email', 'If this is the email address of a root user, a link has been sent to it.'),
    );
  }

  @Get('/password-recovery/finish')
  showFinish(@Query('token') token: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const text = typeof token === 'string' ? token : '';
    sendPage(reply, recoverView({ csrfToken: this.guard.issue(request, reply) }, text));
  }

  @Post('/password-recovery/finish')
  async finish(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const form = readForm(request);
    const { token = '', newPassword = '', repeated } = form;
    const csrfToken = this.guard.issue(request, reply);
    const again = (error: string) => recoverView({ csrfToken, error }, token);
    if (!this.guard.admits(request, form)) return sendPage(reply, again(TRY_AGAIN), 400);
    if (newPassword !== repeated) return sendPage(reply, again('The passwords do not match.'), 400);
    try {
      await this.operations.run('gatehouse:RecoverPassword', { token, newPassword }, request);
    } catch (error) {
      return this.refuse(error, again, reply);
    }
    sendPage(reply, noteView('Password set', 'You can now sign in with the new password.'));
  }

  private refuse(error: unknown, view: (message: string) => string, reply: FastifyReply): void {
    if (!(error instanceof ApiError)) throw error;
    sendPage(reply, view(error.message), error.restStatus);
  }
}

const TRY_AGAIN = 'Please try again.';
