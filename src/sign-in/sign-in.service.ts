import { Injectable } from '@nestjs/common';
import type { CredentialContext } from '../operations/declaration.js';
import { keepErrors, SucceededWithError } from '../operations/failed-attempt.js';
import type { Transaction } from '../kernel/database/database.service.js';
import type { SignInPrincipal } from './principals.service.js';
import { type Progress, SignInSteps } from './steps.service.js';

/** The first step of signing in, once the password is right. */
@Injectable()
export class SignInService {
  constructor(private readonly steps: SignInSteps) {}

  /**
   * @param shown `hasCode`: an MFA code was right, too
   * @throws ApiError PasswordExpired
   */
  async signIn(
    { tx, proof: { principal, rehashed }, request }: CredentialContext<'password'>,
    { usesCookie, hasCode }: { readonly usesCookie: boolean; readonly hasCode: boolean },
  ): Promise<Progress> {
    const { receivedAt } = request;
    await notePasswordUse(tx, principal, rehashed, receivedAt);
    const shown = { usesCookie, mfaAuthenticatedAt: hasCode ? receivedAt : undefined };
    return keepErrors(SucceededWithError, () => this.steps.next(tx, principal, shown, request));
  }
}

async function notePasswordUse(
  tx: Transaction,
  { account: { accountId }, user, principalId }: SignInPrincipal,
  rehashed: string | undefined,
  at: Date,
): Promise<void> {
  if (!user) {
    await tx.account.update({
      where: { accountId },
      data: { rootPasswordLastUsedAt: at, ...(rehashed === undefined ? {} : { rootPasswordHash: rehashed }) },
    });
    return;
  }
  await tx.identity.update({
    where: { accountId_identityId: { accountId, identityId: principalId } },
    data: { passwordLastUsedAt: at },
  });
  if (rehashed !== undefined) {
    const where = { accountId_userId: { accountId, userId: principalId } };
    await tx.loginProfile.update({ where, data: { passwordHash: rehashed } });
  }
}
