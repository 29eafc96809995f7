import { Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { toString as toText } from 'qrcode';
import { sessionCookie } from '../../access/authentication/session-cookie.js';
import { Public } from '../../access/actions/public.decorator.js';
import { requestFacts } from '../rest/request-facts.js';
import { setCookies } from '../../access/authentication/cookies.js';
import { Clock } from '../../kernel/clock/clock.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { Settings } from '../../kernel/config/settings.js';
import { mfaInput, newPasswordInput, passkeyInput, signInInput } from '../../sign-in/sign-in.schema.js';
import { enrolSecurityKeyInput, enrolVirtualDeviceInput } from '../../sign-in/mfa-enrolment.schema.js';
import { MfaEnrolment } from '../../sign-in/mfa-enrolment.service.js';
import { NextSteps } from '../../sign-in/next-steps.service.js';
import { PasskeySignIn } from '../../sign-in/passkey-sign-in.service.js';
import { SignInService } from '../../sign-in/sign-in.service.js';
import type { Progress } from '../../sign-in/steps.service.js';
import { readAssets } from './assets.js';
import { FormGuard } from './form-guard.service.js';
import { type Form, parsed, readForm, readJson } from './form.js';
import { sendPage } from './send-page.js';
import { enrolmentView } from './enrolment-view.js';
import { choiceAgain, choiceOf, mfaAnswerOf } from './mfa-choice.js';
import { mfaView } from './mfa-view.js';
import { type FormFacts, newPasswordView, signInView, type Typed } from './views.js';

/** The page asks for no name. */
const ENROLLED_KEY_NAME = 'security-key';

/** The page at /sign-in: the same steps as the API's, for people. Works without JavaScript, but for security keys. */
@Public()
@Controller()
export class SignInPageController {
  private readonly assets = readAssets();

  constructor(
    private readonly signIns: SignInService,
    private readonly nextSteps: NextSteps,
    private readonly passkeys: PasskeySignIn,
    private readonly enrolment: MfaEnrolment,
    private readonly guard: FormGuard,
    private readonly settings: Settings,
    private readonly clock: Clock,
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
      await this.go(await this.take(form, request), request, reply);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      await this.showAgain(form, error, request, reply);
    }
  }

  private take(form: Form, request: FastifyRequest): Promise<Progress> {
    const facts = requestFacts(request, this.clock.now());
    const { step, challengeToken } = form;
    if (step === 'mfa') {
      const input = parsed(mfaInput, { challengeToken, ...mfaAnswerOf(form) });
      return this.nextSteps.answerMfa(input.challengeToken, input, facts);
    }
    if (step === 'passkey') {
      const input = parsed(passkeyInput, { challengeToken, credential: readJson(form['credential'] ?? '') });
      return this.passkeys.finish(input.challengeToken, input.credential, facts);
    }
    if (step === 'enrolVirtualDevice') {
      const { authenticationCode1, authenticationCode2 } = form;
      const codes = { authenticationCode1, authenticationCode2 };
      const input = parsed(enrolVirtualDeviceInput, { challengeToken, ...codes });
      const pair = [input.authenticationCode1, input.authenticationCode2] as const;
      return this.enrolment.enrolVirtualDevice(input.challengeToken, pair, facts);
    }
    if (step === 'enrolSecurityKey') {
      const credential = readJson(form['credential'] ?? '');
      const key = { securityKeyName: ENROLLED_KEY_NAME, credential };
      return this.enrolment.enrolSecurityKey(parsed(enrolSecurityKeyInput, { challengeToken, ...key }), facts);
    }
    if (step === 'newPassword') {
      const { newPassword, repeated } = form;
      if (newPassword !== repeated) throw new ApiError('InvalidInput', 'The passwords do not match.');
      const input = parsed(newPasswordInput, { challengeToken, newPassword });
      return this.nextSteps.changePassword(input.challengeToken, input.newPassword, facts);
    }
    const { email, account, userName, password } = form;
    const named = email === undefined ? { account, userName } : { email };
    const code = form['code']?.trim() || undefined;
    return this.signIns.signIn(parsed(signInInput, { ...named, password, code }), true, facts);
  }

  /** Another page for every step; signed in, another address, so that a reload sends no password again. */
  private async go(progress: Progress, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const facts = { csrfToken: this.guard.issue(request, reply) };
    if (progress.status === 'mfaRequired') sendPage(reply, mfaView(facts, choiceOf(progress)));
    else if (progress.status === 'mfaEnrolmentRequired') {
      await this.showEnrolment(progress.challengeToken, facts, request, reply);
    } else if (progress.status === 'passwordChangeRequired') {
      sendPage(reply, newPasswordView(facts, progress.challengeToken));
    } else if ('cookie' in progress) {
      setCookies(reply, [sessionCookie(this.settings, progress.cookie)]);
      void reply.redirect('/signed-in', 303);
    }
  }

  /** The step that failed, to be tried again; a step that is over leads back to the beginning. */
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

  /** Both kinds of devices are begun at once: the page offers them side by side. */
  private async showEnrolment(
    challengeToken: string,
    facts: FormFacts,
    request: FastifyRequest,
    reply: FastifyReply,
    status = 200,
  ): Promise<void> {
    const { secret, otpauthUri } = await this.enrolment.beginVirtualDevice(
      challengeToken,
      requestFacts(request, this.clock.now()),
    );
    const { options } = await this.enrolment.beginSecurityKey(challengeToken, requestFacts(request, this.clock.now()));
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
    const { challengeToken, credentialOptions } = await this.passkeys.begin(true, this.clock.now());
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
