import { Injectable } from '@nestjs/common';
import {
  CredentialNamed,
  type CredentialStrategy,
  type Exchange,
  type Presented,
  type Verdict,
} from '../../access/authentication/credential-strategy.js';
import { lockAccount } from '../../kernel/database/row-locks.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { parseRowToken } from '../../kernel/secrets/row-token.js';
import { attemptFrom } from '../../kernel/throttling/throttle-rules.js';
import { EmailConfirmations, type FoundConfirmation } from '../../tenancy/accounts/email-confirmations.service.js';
import { RootUserAudit } from './root-user-audit.service.js';

interface Input {
  readonly token: string;
}

declare module '../../access/authentication/credential-strategy.js' {
  interface CredentialProofs {
    emailConfirmationToken: FoundConfirmation;
  }
}

/** The token of a mailed link that confirms the email address of a root user. Tokens cannot be guessed; wrong ones are counted. */
@Injectable()
export class EmailConfirmationTokenStrategy
  extends CredentialNamed('emailConfirmationToken')
  implements CredentialStrategy<Input, object, FoundConfirmation>
{
  constructor(
    private readonly confirmations: EmailConfirmations,
    private readonly audit: RootUserAudit,
  ) {
    super();
  }

  accountOf({ input: { token } }: Presented<Input>): string | undefined {
    return parseRowToken(token)?.accountId;
  }

  async validate({ tx, input, request }: Exchange<Input>): Promise<Verdict<FoundConfirmation>> {
    const token = parseRowToken(input.token);
    // A wrong token must not lock the account that it names. Another request may use a right one in the meantime.
    if (token && (await this.confirmations.find(tx, token, request.receivedAt))) {
      const { accountId } = token;
      await lockAccount(tx, accountId);
      const proof = await this.confirmations.find(tx, token, request.receivedAt);
      if (proof && ['pending', 'active'].includes(proof.account.status)) {
        return { accountId, proof, presenter: this.audit.presenterOf(accountId) };
      }
    }
    return { attempt: attemptFrom(request.sourceIp, 'emailToken'), refusal: invalidLink() };
  }
}

export function invalidLink(): ApiError {
  return new ApiError('InvalidInput', 'This link is not valid, was already used, or has expired. Request a new one.');
}
