import { Injectable } from '@nestjs/common';
import type { CredentialContext } from '../operations/declaration.js';
import { FailedAttempt, keepErrors, SucceededWithError } from '../operations/failed-attempt.js';
import { ApiError } from '../kernel/errors/errors.js';
import { PasswordHasher } from '../kernel/secrets/password-hasher.js';
import { LoginProfilesService } from '../iam/users/login-profiles.service.js';
import { Challenges } from './challenges.service.js';
import { SignInPrincipals } from './principals.service.js';
import { overdue, type Progress, SignInSteps } from './steps.service.js';

/** The steps after the password, each with the challenge token of the previous response. */
@Injectable()
export class NextSteps {
  constructor(
    private readonly principals: SignInPrincipals,
    private readonly challenges: Challenges,
    private readonly steps: SignInSteps,
    private readonly loginProfiles: LoginProfilesService,
    private readonly hasher: PasswordHasher,
  ) {}

  /** MFA is proved. @throws ApiError PasswordExpired */
  async afterMfa({ tx, proof: { challenge, principal }, request }: CredentialContext<'mfaAnswer'>): Promise<Progress> {
    const now = request.receivedAt;
    await this.challenges.finish(tx, challenge, now);
    const shown = { usesCookie: challenge.usesCookie, mfaAuthenticatedAt: now };
    return keepErrors(SucceededWithError, () => this.steps.next(tx, principal, shown, request));
  }

  /** @throws ApiError PasswordPolicyViolation (the token is then good for another try) */
  async changePassword(context: CredentialContext<'passwordChangeToken'>, newPassword: string): Promise<Progress> {
    const { tx, accountId, proof, request } = context;
    const { usesCookie, mfaAuthenticatedAt } = proof.challenge;
    await keepErrors(FailedAttempt, () => this.replacePassword(context, newPassword));
    const changed = await this.principals.lock(tx, accountId, proof.principal.principalId);
    const shown = { usesCookie, mfaAuthenticatedAt: mfaAuthenticatedAt ?? undefined };
    return keepErrors(SucceededWithError, () => this.steps.next(tx, changed!, shown, request));
  }

  private async replacePassword(
    { tx, proof: { challenge, principal }, request }: CredentialContext<'passwordChangeToken'>,
    newPassword: string,
  ): Promise<void> {
    const { user, passwordHash } = principal;
    if (!user || passwordHash === undefined) throw overdue();
    if (await this.hasher.verify(passwordHash, newPassword)) {
      throw new ApiError('PasswordPolicyViolation', 'The new password must differ from the old one.');
    }
    await this.loginProfiles.set(tx, user, { password: newPassword, passwordResetRequired: false });
    await this.challenges.finish(tx, challenge, request.receivedAt);
  }
}
