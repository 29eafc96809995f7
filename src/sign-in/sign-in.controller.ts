import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { CredentialContext } from '../operations/declaration.js';
import { CredentialOperation } from '../operations/operation.decorator.js';
import { NextSteps } from './next-steps.service.js';
import { SessionCookies } from './session-cookies.service.js';
import { SessionsService } from './sessions/sessions.service.js';
import {
  mfaInput,
  newPasswordInput,
  refreshInput,
  refreshOutput,
  signInInput,
  signInOutput,
} from './sign-in.schema.js';
import { SignInService } from './sign-in.service.js';

/** Signing in, step by step: docs/sign-in.md. */
@Controller()
export class SignInController {
  constructor(
    private readonly signIns: SignInService,
    private readonly nextSteps: NextSteps,
    private readonly sessions: SessionsService,
    private readonly cookies: SessionCookies,
  ) {}

  @CredentialOperation({
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
    credential: 'password',
    throttle: ['password', 'code'],
    effect: 'changes',
  })
  async signIn({ session, code }: z.output<typeof signInInput>, context: CredentialContext<'password'>) {
    const shown = { usesCookie: session === 'cookie', hasCode: code !== undefined };
    return this.cookies.answer(context, await this.signIns.signIn(context, shown));
  }

  @CredentialOperation({
    name: 'gatehouse:SignInWithMfa',
    summary: 'Continue signing in with an MFA code or a security key',
    description:
      'Requires the challenge token of the previous response. After five wrong attempts the sign-in starts over.',
    route: 'POST /v1/sign-in/mfa',
    input: mfaInput,
    output: signInOutput,
    errors: ['SignInFailed', 'PasswordExpired', 'Throttling', 'SignInLocked'],
    credential: 'mfaAnswer',
    throttle: ['code', 'step'],
    effect: 'changes',
  })
  async signInWithMfa(_input: z.output<typeof mfaInput>, context: CredentialContext<'mfaAnswer'>) {
    return this.cookies.answer(context, await this.nextSteps.afterMfa(context));
  }

  @CredentialOperation({
    name: 'gatehouse:SignInWithNewPassword',
    summary: 'Continue signing in with a new password when a change is required',
    description:
      'Requires the challenge token of the previous response. If the password policy refuses the ' +
      'password, another one can be tried.',
    route: 'POST /v1/sign-in/password',
    input: newPasswordInput,
    output: signInOutput,
    errors: ['SignInFailed', 'PasswordPolicyViolation'],
    credential: 'passwordChangeToken',
    throttle: ['step'],
    effect: 'changesDecisions',
  })
  async signInWithNewPassword(
    { newPassword }: z.output<typeof newPasswordInput>,
    context: CredentialContext<'passwordChangeToken'>,
  ) {
    return this.cookies.answer(context, await this.nextSteps.changePassword(context, newPassword));
  }

  @CredentialOperation({
    name: 'gatehouse:RefreshSession',
    summary: 'Exchange a refresh token for new tokens',
    description: 'A refresh token is valid once. Using it again ends the session.',
    route: 'POST /v1/sign-in/refresh',
    input: refreshInput,
    output: refreshOutput,
    errors: ['SignInFailed', 'Throttling'],
    credential: 'refreshToken',
    throttle: ['refresh'],
    effect: 'continues',
  })
  async refresh(_input: z.output<typeof refreshInput>, { proof }: CredentialContext<'refreshToken'>) {
    return { status: 'signedIn' as const, ...(await this.sessions.issueTokens(proof)) };
  }
}
