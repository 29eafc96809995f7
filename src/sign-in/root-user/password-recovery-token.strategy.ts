import { Injectable } from '@nestjs/common';
import {
  CredentialNamed,
  type CredentialStrategy,
  type Exchange,
  type Presented,
  type Verdict,
} from '../../access/authentication/credential-strategy.js';
import { ApiError } from '../../kernel/errors/errors.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import { lockAccount } from '../../kernel/database/row-locks.js';
import type { Account, PasswordRecovery } from '../../generated/prisma/client.js';
import { isHashOf, parseRowToken, type RowToken } from '../../kernel/secrets/row-token.js';
import { attemptFrom } from '../../kernel/throttling/throttle-rules.js';
import { RootUserAudit } from './root-user-audit.service.js';

interface Input {
  readonly token: string;
}

export type FoundRecovery = PasswordRecovery & { readonly account: Account };

declare module '../../access/authentication/credential-strategy.js' {
  interface CredentialProofs {
    passwordRecoveryToken: FoundRecovery;
  }
}

/** The token of a mailed link for a new root password. Tokens cannot be guessed; wrong ones are counted. */
@Injectable()
export class PasswordRecoveryTokenStrategy
  extends CredentialNamed('passwordRecoveryToken')
  implements CredentialStrategy<Input, object, FoundRecovery>
{
  constructor(private readonly audit: RootUserAudit) {
    super();
  }

  accountOf({ input: { token } }: Presented<Input>): string | undefined {
    return parseRowToken(token)?.accountId;
  }

  async validate({ tx, input, request }: Exchange<Input>): Promise<Verdict<FoundRecovery>> {
    const token = parseRowToken(input.token);
    const proof = token && (await findLocked(tx, token, request.receivedAt));
    if (proof) return { accountId: proof.accountId, proof, presenter: this.audit.presenterOf(proof.accountId) };
    const refusal = new ApiError(
      'InvalidInput',
      'This token is not valid, was already used, or has expired. Request a new one.',
    );
    return { attempt: attemptFrom(request.sourceIp, 'emailToken'), refusal };
  }
}

/** Its login profile may have been deleted: see RootLoginProfileService. */
export function mayHavePassword(account: Account | null): account is Account {
  return account?.status === 'active' && account.rootPasswordSetAt !== null;
}

/** @returns the recovery, with its account locked; undefined if the token is unknown, used or expired */
async function findLocked(tx: Transaction, token: RowToken, now: Date): Promise<FoundRecovery | undefined> {
  // A wrong token must not lock the account that it names. Another request may use a right one in the meantime.
  if (!(await find(tx, token, now))) return undefined;
  await lockAccount(tx, token.accountId);
  return find(tx, token, now);
}

async function find(tx: Transaction, token: RowToken, now: Date): Promise<FoundRecovery | undefined> {
  const { accountId, rowId: recoveryId } = token;
  const found = await tx.passwordRecovery.findUnique({
    where: { accountId_recoveryId: { accountId, recoveryId } },
    include: { account: true },
  });
  if (!found || found.usedAt || found.expiresAt <= now || !isHashOf(found.tokenHash, token)) return undefined;
  return mayHavePassword(found.account) ? found : undefined;
}
