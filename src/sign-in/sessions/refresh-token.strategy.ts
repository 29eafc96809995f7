import { Injectable } from '@nestjs/common';
import {
  CredentialNamed,
  type CredentialStrategy,
  type Exchange,
  type Presented,
  type Verdict,
} from '../../access/authentication/credential-strategy.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { parseRowToken } from '../../kernel/secrets/row-token.js';
import { attemptFrom } from '../../kernel/throttling/throttle-rules.js';
import { type RefreshedSession, SessionsService } from './sessions.service.js';

interface Input {
  readonly refreshToken: string;
}

declare module '../../access/authentication/credential-strategy.js' {
  interface CredentialProofs {
    refreshToken: RefreshedSession;
  }
}

/**
 * The refresh token of a session. A valid token cannot be a guess, and must not be delayed by failures of others behind the
 * same address, so only wrong ones are counted.
 */
@Injectable()
export class RefreshTokenStrategy
  extends CredentialNamed('refreshToken')
  implements CredentialStrategy<Input, object, RefreshedSession>
{
  constructor(private readonly sessions: SessionsService) {
    super();
  }

  accountOf({ input: { refreshToken } }: Presented<Input>): string | undefined {
    return parseRowToken(refreshToken)?.accountId;
  }

  async validate({ tx, input: { refreshToken }, request }: Exchange<Input>): Promise<Verdict<RefreshedSession>> {
    const token = parseRowToken(refreshToken);
    const proof = token && (await this.sessions.refresh(tx, token, request));
    if (proof) return { accountId: proof.accountId, proof };
    const attempt = attemptFrom(request.sourceIp, 'refresh');
    const refusal = new ApiError('SignInFailed', 'The session has ended. Sign in again.');
    return { attempt, refusal };
  }
}
