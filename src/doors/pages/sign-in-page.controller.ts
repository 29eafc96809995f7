import { Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { toString as toText } from 'qrcode';
import { Public } from '../../access/actions/public.decorator.js';
import { setCookies } from '../../access/authentication/cookies.js';
import { ApiError } from '../../kernel/errors/errors.js';
import type { ShownSeed } from '../../sign-in/mfa-enrolment.service.js';
import type { PasskeyRequest } from '../../sign-in/passkey-sign-in.service.js';
import type { AnswerCookie } from '../../access/actions/request-facts.js';
import type { Progress } from '../../sign-in/steps.service.js';
import { readAssets } from './assets.js';
import { FormGuard } from './form-guard.service.js';
import { type Form, readForm, readJson } from './form.js';
import { PageOperations } from './page-operations.service.js';
import { sendPage } from './send-page.js';
import { enrolmentView } from './enrolment-view.js';
import { choiceAgain, choiceOf, mfaAnswerOf } from './mfa-choice.js';
import { mfaView } from './mfa-view.js';
import { type FormFacts, newPasswordView, signInView, type Typed } from './views.js';

/** The page does not ask for a name. */
const ENROLLED_KEY_NAME = 'security-key';

/** The page at /sign-in: the steps of the API, for people. It works without JavaScript, except for security keys. */
@Public()
@Controller()
export class SignInPageController {
  private readonly assets = readAssets();

  constructor(
    private readonly operations: PageOperations,
    private readonly guard: FormGuard,
  ) {}

  @Get('/sign-in')
  show(@Query('root') root: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.showSignIn(request, reply, { asRoot: root !== undefined });
  }

  @Get('/sign-in/:alias')
  showOfAccount(
    @Param('alias') account: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.showSignIn(request, reply, { asRoot: false, account });
  }

  @Get('/sign-in/assets/:name')
  asset(@Param('name') name: string, @Res() reply: FastifyReply): void {
    const asset = this.assets.get(name);
    if (!asset) throw new ApiError('NotFound', 'Page not found.');
    void reply.header('content-type', asset.type).header('cache-control', 'public, max-age=3600').send(asset.content);
  }

  @Post('/sign-in')
  async answer(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const form = readForm(request);
    if (!this.guard.admits(request, form)) return this.showSignIn(request, reply, typedIn(form), 'Please try again.');
    try {
      const cookies: AnswerCookie[] = [];
      const progress = await this.operations.run<Progress>(...stepOf(form), request, cookies);
      setCookies(reply, cookies);
      await this.go(progress, request, reply);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      await this.showAgain(form, error, request, reply);
    }
  }

  /** A separate page per step. After sign-in it redirects, so that a reload does not submit a password again. */
  private async go(progress: Progress, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const facts = { csrfToken: this.guard.issue(request, reply) };
    if (progress.status === 'mfaRequired') sendPage(reply, mfaView(facts, choiceOf(progress)));
    else if (progress.status === 'mfaEnrolmentRequired') {
      await this.showEnrolment(progress.challengeToken, facts, request, reply);
    } else if (progress.status === 'passwordChangeRequired') {
      sendPage(reply, newPasswordView(facts, progress.challengeToken));
    } else {
      void reply.redirect('/signed-in', 303);
    }
  }

  /** Shows the failed step again; if the step has ended, it starts over. */
  private async showAgain(form: Form, error: ApiError, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const facts = { csrfToken: this.guard.issue(request, reply), error: error.message };
    const { step, challengeToken = '' } = form;
    const isOver = error.details['mustBeginAgain'] === true;
    const again = choiceAgain(form, error);
    if (again) {
      sendPage(reply, mfaView(facts, again), error.restStatus);
    } else if (step === 'enrolVirtualDevice' && !isOver) {
      sendPage(reply, enrolmentView(facts, { challengeToken }), error.restStatus);
    } else if (step === 'enrolSecurityKey' && !isOver) {
      await this.showEnrolment(challengeToken, facts, request, reply, error.restStatus);
    } else if (step === 'newPassword' && !isOver) {
      sendPage(reply, newPasswordView(facts, challengeToken), error.restStatus);
    } else {
      const asksCode = error.code === 'Throttling' || error.code === 'SignInLocked';
      await this.showSignIn(request, reply, { ...typedIn(form), asksCode }, error.message, error.restStatus);
    }
  }

  /** Both kinds of devices are started at once, because the page offers both. */
  private async showEnrolment(
    challengeToken: string,
    facts: FormFacts,
    request: FastifyRequest,
    reply: FastifyReply,
    status = 200,
  ): Promise<void> {
    const begin = <Output>(name: `gatehouse:Begin${string}`) =>
      this.operations.run<Output>(name, { challengeToken }, request);
    const { secret, otpauthUri } = await begin<ShownSeed>('gatehouse:BeginVirtualDeviceEnrolment');
    const { options } = await begin<{ options: unknown }>('gatehouse:BeginSecurityKeyEnrolment');
    const qrCode = await toText(otpauthUri, { type: 'svg', margin: 2 });
    const shown = { secret, qrCode, creationOptions: JSON.stringify(options) };
    sendPage(reply, enrolmentView(facts, { challengeToken, shown }), status);
  }

  private async showSignIn(
    request: FastifyRequest,
    reply: FastifyReply,
    typed: Typed,
    error?: string,
    status = 200,
  ): Promise<void> {
    const { challengeToken, credentialOptions } = await this.operations.run<PasskeyRequest>(
      'gatehouse:BeginPasskeySignIn',
      { session: 'cookie' },
      request,
    );
    const passkey = { challengeToken, credentialOptions: JSON.stringify(credentialOptions) };
    const facts = { csrfToken: this.guard.issue(request, reply), ...(error === undefined ? {} : { error }) };
    sendPage(reply, signInView(facts, typed, passkey), error === undefined ? 200 : Math.max(status, 400));
  }
}

function typedIn({ email, account, userName }: Form): Typed {
  return {
    asRoot: email !== undefined,
    ...(email === undefined ? {} : { email }),
    ...(account === undefined ? {} : { account }),
    ...(userName === undefined ? {} : { userName }),
  };
}

/** The operation that a form stands for, and its input. */
function stepOf(form: Form): [`gatehouse:${string}`, object] {
  const { step, challengeToken } = form;
  switch (step) {
    case 'mfa':
      return ['gatehouse:SignInWithMfa', { challengeToken, ...mfaAnswerOf(form) }];
    case 'passkey':
      return ['gatehouse:SignInWithPasskey', { challengeToken, credential: readJson(form['credential'] ?? '') }];
    case 'enrolVirtualDevice': {
      const { authenticationCode1, authenticationCode2 } = form;
      return ['gatehouse:EnrolVirtualDevice', { challengeToken, authenticationCode1, authenticationCode2 }];
    }
    case 'enrolSecurityKey': {
      const credential = readJson(form['credential'] ?? '');
      return ['gatehouse:EnrolSecurityKey', { challengeToken, securityKeyName: ENROLLED_KEY_NAME, credential }];
    }
    case 'newPassword': {
      const { newPassword, repeated } = form;
      if (newPassword !== repeated) throw new ApiError('InvalidInput', 'The passwords do not match.');
      return ['gatehouse:SignInWithNewPassword', { challengeToken, newPassword }];
    }
    default: {
      const { email, account, userName, password } = form;
      const named = email === undefined ? { account, userName } : { email };
      const code = form['code']?.trim() || undefined;
      return ['gatehouse:SignIn', { ...named, password, code, session: 'cookie' }];
    }
  }
}
