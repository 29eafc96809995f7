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
    summary: 'Begin to sign in with a passkey',
    description: 'The options are for the browser’s navigator.credentials.get. They name nobody: the passkey does.',
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
      'Takes what the browser answered, once. The passkey is password and second factor in one; an expired password still has to be changed.',
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
