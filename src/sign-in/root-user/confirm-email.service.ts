import { Injectable } from '@nestjs/common';
import type { RequestFacts } from '../../access/actions/request-facts.js';
import { AccountsService } from '../../tenancy/accounts/accounts.service.js';
import { EmailConfirmations } from '../../tenancy/accounts/email-confirmations.service.js';
import { lockAccount } from '../../kernel/database/row-locks.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { Database } from '../../kernel/database/database.service.js';
import { PolicyEpochs } from '../../kernel/database/policy-epochs.js';
import { parseRowToken } from '../../kernel/secrets/row-token.js';
import { WrongTokens } from '../../kernel/throttling/wrong-tokens.service.js';
import { RootUserAudit } from './root-user-audit.service.js';

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
    private readonly audit: RootUserAudit,
    private readonly epochs: PolicyEpochs,
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
    if (!found) throw await this.refused(request);
    const { account, email } = found;
    return { accountId: account.accountId, accountName: account.name, email, isNew: account.status === 'pending' };
  }

  /**
   * Claims the address: the account begins, or its root user changes to the address. Works once.
   *
   * @throws ApiError InvalidInput when the token is none, was used, or is too old, or the address has been taken; Throttling
   */
  async confirm(text: string, request: RequestFacts): Promise<void> {
    const token = parseRowToken(text);
    const isDone = token !== undefined && (await this.claim(token, request));
    if (!isDone) throw await this.refused(request);
  }

  private claim(token: NonNullable<ReturnType<typeof parseRowToken>>, request: RequestFacts): Promise<boolean> {
    const { accountId } = token;
    return this.database.forAccount(accountId, async (tx) => {
      await lockAccount(tx, accountId);
      const found = await this.confirmations.find(tx, token, request.receivedAt);
      if (!found || !['pending', 'active'].includes(found.account.status)) return false;
      await tx.emailConfirmation.deleteMany({ where: { accountId } });
      try {
        await this.accounts.changeRootEmail(tx, found.account, found.email, request);
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== 'EntityAlreadyExists') throw error;
        throw new ApiError('InvalidInput', 'The email address now belongs to another account.');
      }
      await this.epochs.advance(tx, accountId);
      this.audit.record(tx, accountId, 'gatehouse:ConfirmEmail', request);
      return true;
    });
  }

  private async refused(request: RequestFacts): Promise<ApiError> {
    await this.wrongTokens.count(request);
    return new ApiError('InvalidInput', 'This link is not valid, was already used, or has expired. Request a new one.');
  }
}
