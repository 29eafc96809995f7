import { Injectable } from '@nestjs/common';
import type { CredentialContext } from '../operations/declaration.js';
import { keepErrors, SucceededWithError } from '../operations/failed-attempt.js';
import { SecurityKeyAssertions } from '../iam/mfa/security-key-assertions.service.js';
import { PasskeyChallenges } from './passkey-challenges.service.js';
import { type Progress, SignInSteps } from './steps.service.js';

/** The options of the browser's passkey request, and the token for its response. */
export interface PasskeyRequest {
  readonly challengeToken: string;
  /** `PublicKeyCredentialRequestOptionsJSON` */
  readonly credentialOptions: Readonly<Record<string, unknown>>;
}

/** Signing in with a passkey alone. */
@Injectable()
export class PasskeySignIn {
  constructor(
    private readonly assertions: SecurityKeyAssertions,
    private readonly challenges: PasskeyChallenges,
    private readonly steps: SignInSteps,
  ) {}

  async begin(usesCookie: boolean, now: Date): Promise<PasskeyRequest> {
    const options = await this.assertions.passkeyOptions();
    const challengeToken = this.challenges.issue(options.challenge, usesCookie, now);
    return { challengeToken, credentialOptions: { ...options } };
  }

  /** @throws ApiError PasswordExpired */
  finish({ tx, proof, request }: CredentialContext<'passkey'>): Promise<Progress> {
    const { principal, usesCookie } = proof;
    const shown = { usesCookie, mfaAuthenticatedAt: request.receivedAt };
    return keepErrors(SucceededWithError, () => this.steps.next(tx, principal, shown, request));
  }
}
