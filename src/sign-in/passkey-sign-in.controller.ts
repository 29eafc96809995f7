import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { CredentialContext, PublicContext } from '../operations/declaration.js';
import { CredentialOperation, PublicOperation } from '../operations/operation.decorator.js';
import { PasskeySignIn } from './passkey-sign-in.service.js';
import { SessionCookies } from './session-cookies.service.js';
import { beginPasskeyInput, beginPasskeyOutput, passkeyInput, signInOutput } from './sign-in.schema.js';

/** Signing in without a name: docs/sign-in.md. */
@Controller()
export class PasskeySignInController {
  constructor(
    private readonly passkeys: PasskeySignIn,
    private readonly cookies: SessionCookies,
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
  begin({ session }: z.output<typeof beginPasskeyInput>, { request }: Pick<PublicContext, 'request'>) {
    return this.passkeys.begin(session === 'cookie', request.receivedAt);
  }

  @CredentialOperation({
    name: 'gatehouse:SignInWithPasskey',
    summary: 'Sign in with a passkey',
    description:
      'Accepts the response of the browser once. A passkey replaces both the password and the second ' +
      'factor. An expired password still has to be changed.',
    route: 'POST /v1/sign-in/passkey',
    input: passkeyInput,
    output: signInOutput,
    errors: ['SignInFailed', 'PasswordExpired', 'Throttling'],
    credential: 'passkey',
    throttle: ['passkey'],
    effect: 'changes',
  })
  async signInWithPasskey(_input: z.output<typeof passkeyInput>, context: CredentialContext<'passkey'>) {
    return this.cookies.answer(context, await this.passkeys.finish(context));
  }
}
