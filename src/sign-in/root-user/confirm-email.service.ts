import { Injectable } from '@nestjs/common';
import type { RequestFacts } from '../../access/actions/request-facts.js';
import { AccountsService } from '../../tenancy/accounts/accounts.service.js';
import { EmailConfirmations } from '../../tenancy/accounts/email-confirmations.service.js';
import type { CredentialContext } from '../../operations/declaration.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { Database } from '../../kernel/database/database.service.js';
import { parseRowToken } from '../../kernel/secrets/row-token.js';
import { WrongTokens } from '../../kernel/throttling/wrong-tokens.service.js';
import { invalidLink } from './email-confirmation-token.strategy.js';

/** What the page shows before the button is pressed. */
export interface PendingConfirmation {
  readonly accountId: string;
  readonly accountName: string;
  readonly email: string;
  /** A sign-up; otherwise a change of address. */
  readonly isNew: boolean;
}

/** The mailed link for an email address of a root user. */
@Injectable()
export class ConfirmEmailService {
  constructor(
    private readonly confirmations: EmailConfirmations,
    private readonly accounts: AccountsService,
    private readonly wrongTokens: WrongTokens,
    private readonly database: Database,
  ) {}

  /**
   * Changes nothing: programs that scan mails open links.
   *
   * @throws ApiError InvalidInput when the token is none, was used, or is too old; Throttling
   */
  async describe(text: string, request: RequestFacts): Promise<PendingConfirmation> {
    const token = parseRowToken(text);
    const found =
      token &&
      (await this.database.forAccount(token.accountId, (tx) => this.confirmations.find(tx, token, request.receivedAt)));
    if (!found) {
      await this.wrongTokens.count(request);
      throw invalidLink();
    }
    const { account, email } = found;
    return { accountId: account.accountId, accountName: account.name, email, isNew: account.status === 'pending' };
  }

  /**
   * Claims the address: the account begins, or its root user changes to the address. Works once.
   *
   * @throws ApiError InvalidInput when the address has been taken
   */
  async confirm({ tx, accountId, proof, request }: CredentialContext<'emailConfirmationToken'>): Promise<void> {
    await tx.emailConfirmation.deleteMany({ where: { accountId } });
    try {
      await this.accounts.changeRootEmail(tx, proof.account, proof.email, request);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'EntityAlreadyExists') throw error;
      throw new ApiError('InvalidInput', 'The email address now belongs to another account.');
    }
  }
}
