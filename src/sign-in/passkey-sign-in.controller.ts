import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import { answerCookiesOf, sessionCookie } from '../access/authentication/session-cookie.js';
import type { RequestFacts } from '../access/actions/request-facts.js';
import { PublicOperation } from '../operations/operation.decorator.js';
import { Settings } from '../kernel/config/settings.js';
import { PasskeySignIn } from './passkey-sign-in.service.js';
import { beginPasskeyInput, beginPasskeyOutput, passkeyInput, signInOutput } from './sign-in.schema.js';

/** Signing in without a name: docs/sign-in.md. */
@Controller()
export class PasskeySignInController {
  constructor(
    private readonly passkeys: PasskeySignIn,
    private readonly settings: Settings,
  ) {}

  @PublicOperation({
    name: 'gatehouse:BeginPasskeySignIn',
    summary: 'Start signing in with a passkey',
    description:
      'Returns options for navigator.credentials.get in the browser. They do not name a user: the ' +
      'passkey identifies the user.',
    route: 'POST /v1/sign-in/passkey/options',
    input: beginPasskeyInput,
    output: beginPasskeyOutput,
    errors: [],
  })
  begin({ session }: z.output<typeof beginPasskeyInput>, request: RequestFacts) {
    return this.passkeys.begin(session === 'cookie', request.receivedAt);
  }

  @PublicOperation({
    name: 'gatehouse:SignInWithPasskey',
    summary: 'Sign in with a passkey',
    description:
      'Accepts the response of the browser once. A passkey replaces both the password and the second ' +
      'factor. An expired password still has to be changed.',
    route: 'POST /v1/sign-in/passkey',
    input: passkeyInput,
    output: signInOutput,
    errors: ['SignInFailed', 'PasswordExpired', 'Throttling'],
  })
  async signInWithPasskey({ challengeToken, credential }: z.output<typeof passkeyInput>, request: RequestFacts) {
    const progress = await this.passkeys.finish(challengeToken, credential, request);
    if ('cookie' in progress) answerCookiesOf(request).push(sessionCookie(this.settings, progress.cookie));
    return progress;
  }
}
