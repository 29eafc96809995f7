import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import { answerCookiesOf, sessionCookie } from '../access/authentication/session-cookie.js';
import type { RequestFacts } from '../access/actions/request-facts.js';
import { PublicOperation } from '../operations/operation.decorator.js';
import { Settings } from '../kernel/config/settings.js';
import { NextSteps } from './next-steps.service.js';
import { SessionRefresh } from './session-refresh.service.js';
import {
  mfaInput,
  newPasswordInput,
  refreshInput,
  refreshOutput,
  signInInput,
  signInOutput,
} from './sign-in.schema.js';
import { SignInService } from './sign-in.service.js';
import type { Progress } from './steps.service.js';

/** Signing in, step by step: docs/sign-in.md. */
@Controller()
export class SignInController {
  constructor(
    private readonly signIns: SignInService,
    private readonly nextSteps: NextSteps,
    private readonly refreshes: SessionRefresh,
    private readonly settings: Settings,
  ) {}

  @PublicOperation({
    name: 'gatehouse:SignIn',
    summary: 'Sign in with a password',
    description:
      'The root user signs in with an email address, a user with an account (ID or alias) and a name. ' +
      'The status in the response states whether another step is required. The request may include the ' +
      '`code` of an MFA device: it saves the MFA step, and lets its owner sign in while strangers try ' +
      'passwords.',
    route: 'POST /v1/sign-in',
    input: signInInput,
    output: signInOutput,
    errors: ['SignInFailed', 'PasswordExpired', 'Throttling', 'SignInLocked'],
  })
  async signIn({ session, ...credentials }: z.output<typeof signInInput>, request: RequestFacts) {
    if (session === 'cookie') answerCookiesOf(request);
    return this.answer(await this.signIns.signIn(credentials, session === 'cookie', request), request);
  }

  @PublicOperation({
    name: 'gatehouse:SignInWithMfa',
    summary: 'Continue signing in with an MFA code or a security key',
    description:
      'Requires the challenge token of the previous response. After five wrong attempts the sign-in starts over.',
    route: 'POST /v1/sign-in/mfa',
    input: mfaInput,
    output: signInOutput,
    errors: ['SignInFailed', 'PasswordExpired', 'Throttling', 'SignInLocked'],
  })
  async signInWithMfa({ challengeToken, ...answer }: z.output<typeof mfaInput>, request: RequestFacts) {
    return this.answer(await this.nextSteps.answerMfa(challengeToken, answer, request), request);
  }

  @PublicOperation({
    name: 'gatehouse:SignInWithNewPassword',
    summary: 'Continue signing in with a new password when a change is required',
    description:
      'Requires the challenge token of the previous response. If the password policy refuses the ' +
      'password, another one can be tried.',
    route: 'POST /v1/sign-in/password',
    input: newPasswordInput,
    output: signInOutput,
    errors: ['SignInFailed', 'PasswordPolicyViolation'],
  })
  async signInWithNewPassword(
    { challengeToken, newPassword }: z.output<typeof newPasswordInput>,
    request: RequestFacts,
  ) {
    return this.answer(await this.nextSteps.changePassword(challengeToken, newPassword, request), request);
  }

  @PublicOperation({
    name: 'gatehouse:RefreshSession',
    summary: 'Exchange a refresh token for new tokens',
    description: 'A refresh token is valid once. Using it again ends the session.',
    route: 'POST /v1/sign-in/refresh',
    input: refreshInput,
    output: refreshOutput,
    errors: ['SignInFailed', 'Throttling'],
  })
  async refresh({ refreshToken }: z.output<typeof refreshInput>, request: RequestFacts) {
    return { status: 'signedIn' as const, ...(await this.refreshes.refresh(refreshToken, request)) };
  }

  /** The cookie goes into the answer's header; its body is of what the output names. */
  private answer(progress: Progress, request: RequestFacts): Progress {
    if ('cookie' in progress) answerCookiesOf(request).push(sessionCookie(this.settings, progress.cookie));
    return progress;
  }
}
