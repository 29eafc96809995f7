import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext, RequestFacts } from '../access/operations/operation.js';
import { Operation, PublicOperation } from '../access/operations/operation.decorator.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { refreshInput, signedIn, signInInput, signOutInput } from './sign-in.schema.js';
import { SignInService } from './sign-in.service.js';

@Controller()
export class SignInController {
  constructor(
    private readonly signIns: SignInService,
    private readonly sessions: SessionsService,
  ) {}

  @PublicOperation({
    name: 'gatehouse:SignIn',
    summary: 'Sign in with a password',
    description: 'The root user gives its email address, a user its account (id or alias) and name.',
    route: 'POST /v1/sign-in',
    input: signInInput,
    output: signedIn,
    errors: ['SignInFailed'],
  })
  signIn(input: z.output<typeof signInInput>, request: RequestFacts) {
    return this.signIns.signIn(input, request);
  }

  @PublicOperation({
    name: 'gatehouse:RefreshSession',
    summary: 'Exchange a refresh token for new tokens',
    description: 'A refresh token works once. Using one again ends the session.',
    route: 'POST /v1/sign-in/refresh',
    input: refreshInput,
    output: signedIn,
    errors: ['SignInFailed'],
  })
  refresh({ refreshToken }: z.output<typeof refreshInput>, request: RequestFacts) {
    return this.sessions.refresh(refreshToken, request.receivedAt);
  }

  @Operation({
    name: 'gatehouse:SignOut',
    summary: 'End the session of the access token',
    route: 'POST /v1/sign-out',
    accessLevel: 'Write',
    access: 'authenticated',
    input: signOutInput,
    errors: [],
    keepsEpoch: true,
  })
  async signOut(_input: z.output<typeof signOutInput>, { tx, accountId, caller }: OperationContext) {
    const { sessionId } = caller.session;
    if (sessionId !== undefined) await this.sessions.end(tx, accountId, sessionId);
  }
}
